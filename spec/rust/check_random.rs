// SPDX-License-Identifier: BSD-3-Clause
//! Both machines meet on channels on which frames of the vectors turn up where they do not belong,
//! some with bits turned over, and frames without any sense: neither panics, what is closed stays
//! closed, and the device side speaks only when it is spoken to.

use crate::check_transcripts::{device_answers, Side};
use crate::conformance_device::ConformanceDevice;
use crate::ioregionfd_handshake::*;
use crate::Vector;

const CHANNELS: u64 = 100_000;
const STEPS_MAX: u64 = 48;

/// Xorshift: the same frames in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn frame(&mut self, pool: &[Frame]) -> Frame {
        let mut frame = [0; FRAME_LENGTH];
        let index = self.below(pool.len() as u64 + 1) as usize;
        match pool.get(index) {
            Some(known) => frame = *known,
            None => frame.iter_mut().for_each(|byte| *byte = self.next() as u8),
        }
        for _ in 0..self.below(3) {
            frame[self.below(32) as usize] ^= 1 << self.below(8);
        }
        frame
    }
}

/// A channel between both machines, on which frames are spoilt, get lost and come out of nowhere.
struct Channel<'a> {
    random: &'a mut Random,
    /// one frame in so many
    spoilt: u64,
    device: Device,
    model: ConformanceDevice,
    kvm: Kvm,
}

/// The pool holds frames of the vectors.
pub fn check(vector: &mut Vector, pool: &[(Side, Frame)]) {
    let of = |side| pool.iter().filter(move |(from, _)| *from == side).map(|(_, frame)| *frame);
    let (from_kvm, from_device): (Vec<_>, Vec<_>) = (of(Side::K).collect(), of(Side::D).collect());
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..CHANNELS {
        let kvm = match Kvm::new(kvm_config(&mut random)) {
            Ok(kvm) => kvm,
            Err(clause) => {
                vector.expect(clause == "POL-003", clause);
                continue;
            }
        };
        let mut channel = Channel {
            spoilt: [2, 16, 256][random.below(3) as usize],
            device: Device::new(device_config(&mut random)),
            model: ConformanceDevice::new(),
            kvm,
            random: &mut random,
        };
        for _ in 0..channel.random.below(STEPS_MAX) {
            channel.step(vector, &from_kvm, &from_device);
        }
    }
}

impl Channel<'_> {
    fn step(&mut self, vector: &mut Vector, from_kvm: &[Frame], from_device: &[Frame]) {
        let mut to_device = self.kvm_speaks(vector);
        if self.random.below(self.spoilt) == 0 {
            to_device = Some(self.random.frame(from_kvm));
        }
        let before = self.device.state();
        let mut to_kvm = match to_device {
            Some(frame) => device_answers(&mut self.device, &mut self.model, &frame),
            None => Vec::new(),
        };
        let after = self.device.state();
        let closed = before == DeviceState::Closed;
        let quiet = to_kvm.is_empty() && after == DeviceState::Closed;
        vector.expect(!closed || quiet, "the device side opens again");
        vector.expect(after != DeviceState::Performing, "the device side stands still");
        if self.random.below(self.spoilt) == 0 {
            to_kvm.push(self.random.frame(from_device));
        }
        for frame in to_kvm {
            let failed = self.kvm.state() == KvmState::Failed;
            let reaction = self.kvm.receive(&frame);
            vector.expect(!failed || reaction == KvmReaction::Fail, "the KVM side goes on");
        }
    }

    /// What its users make it say: anything, where it may or not.
    fn kvm_speaks(&mut self, vector: &mut Vector) -> Option<Frame> {
        let random = &mut *self.random;
        let offsets = [0, 0x100, 0x110, 0x118, 0xfff, HELLO_OFFSET, random.next()];
        let command = Command {
            op: [Op::Read, Op::Write, Op::Fence][random.below(3) as usize],
            size_exponent: random.below(5) as u8,
            response_wanted: random.below(2) == 0,
            tag: random.below(4) as u32,
            user_data: random.below(4),
            offset: offsets[random.below(7) as usize],
            data: random.next(),
        };
        let failed = self.kvm.state() == KvmState::Failed;
        let said = match random.below(32) {
            0 => self.kvm.give_up(),
            1 => {
                self.kvm.deadline();
                None
            }
            2..=5 => self.kvm.hello(Some(&command), random.next() as u8),
            6..=9 => self.kvm.hello(None, random.next() as u8),
            10..=15 => self.kvm.select(),
            _ => match self.kvm.send(&command) {
                Sending::Now(frame) => Some(frame),
                Sending::Later | Sending::Never => None,
            },
        };
        vector.expect(!failed || said.is_none(), "the KVM side speaks after it has failed");
        said
    }
}

fn device_config(random: &mut Random) -> DeviceConfig {
    let policies = [DevicePolicy::Off, DevicePolicy::Allow, DevicePolicy::Require];
    DeviceConfig {
        policy: policies[random.below(3) as usize],
        layout: if random.below(2) == 0 { Layout::InfoWord } else { Layout::ByteFields },
        versions: random.next() as u32,
        features: random.next(),
        required_features: random.next() & random.next() & random.next() & 7,
        max_inflight: random.below(4) as u16,
        grease_versions: random.next() as u32,
        grease_features: random.next(),
    }
}

fn kvm_config(random: &mut Random) -> KvmConfig {
    let policies = [KvmPolicy::Off, KvmPolicy::Prefer, KvmPolicy::Require];
    let terms = Terms { version: random.below(3) as u16, max_inflight: 1, features: 0 };
    let pinned = random.below(8) == 0;
    KvmConfig {
        policy: policies[random.below(3) as usize],
        hello: [HelloMode::Attached, HelloMode::Detached][random.below(2) as usize],
        layout: None,
        user_data: random.next(),
        versions: random.next() as u32,
        features: random.next(),
        required_features: random.next() & random.next() & random.next() & 7,
        max_inflight: random.below(4) as u16,
        pin: pinned.then_some(Record { terms, layout: Some(Layout::ByteFields) }),
    }
}
