// SPDX-License-Identifier: BSD-3-Clause
//! Whole channels out of the vectors, played by both machines: the device side before the conformance
//! device, and the KVM side with the accesses of its users. Members of a transcript are those of
//! `spec/vectors/vectors.schema.json`.

use crate::conformance_device::ConformanceDevice;
use crate::ioregionfd_handshake::*;
use crate::{frame_of, malformed, number, Vector, Words};
use std::collections::HashMap;

#[derive(Clone, Copy, PartialEq)]
pub enum Side {
    K,
    D,
}

struct Transcript<'a> {
    /// but for frames and memory by their names; `end` is how it ends
    members: HashMap<&'a str, &'a str>,
    memory: Option<(u64, u64)>,
    frames: Vec<(Side, Frame)>,
}

/// Plays a transcript, and gives its frames.
pub fn check<'a>(vector: &mut Vector<'a>, words: &mut Words<'a>) -> Vec<(Side, Frame)> {
    let mut transcript = Transcript { members: HashMap::new(), memory: None, frames: Vec::new() };
    while let Some((name, value)) = words.member() {
        match (name, value.split_once('=')) {
            ("K", _) => transcript.frames.push((Side::K, frame_of(value))),
            ("D", _) => transcript.frames.push((Side::D, frame_of(value))),
            ("memory", Some((at, value))) => transcript.memory = Some((number(at), number(value))),
            _ => drop(transcript.members.insert(name, value)),
        }
    }
    vector.shows = transcript.members.get("shows").copied().unwrap_or("");
    let only = transcript.word("only");
    if only != "K" {
        transcript.device_plays(vector);
    }
    if only != "D" {
        transcript.kvm_plays(vector);
    }
    transcript.frames
}

impl Transcript<'_> {
    fn word(&self, name: &str) -> &str {
        self.members.get(name).copied().unwrap_or("")
    }

    fn number(&self, name: &str, absent: u64) -> u64 {
        self.members.get(name).map_or(absent, |value| number(value))
    }

    /// Whether no side has to send that frame: it is the fault that the channel ends by.
    fn is_fault(&self, index: usize) -> bool {
        let last = self.frames.len() - 1 - index;
        match self.word("end") {
            "fail" | "close" => last == 0,
            // the SELECT of a K that is not allowed what D requires is no fault
            "reject" => last == 1 && !matches!(self.word("violates"), "" | "SEL-017"),
            _ => false,
        }
    }

    fn agreed(&self) -> Terms {
        Terms {
            version: self.number("version", 0) as u16,
            max_inflight: self.number("max_inflight", 1) as u16,
            features: self.number("features", 0),
        }
    }

    // ---- the device side ----

    /// How a device is configured that would send the OFFER, where there is one.
    fn device_config(&self) -> DeviceConfig {
        let mut config = DeviceConfig {
            policy: match self.word("d_policy") {
                "OFF" => DevicePolicy::Off,
                "REQUIRE" => DevicePolicy::Require,
                _ => DevicePolicy::Allow,
            },
            layout: Layout::from_code(self.number("d_layout", 1) as u16).unwrap(),
            versions: VERSIONS_KNOWN,
            features: features_of(VERSION_TAGGED),
            required_features: self.number("d_required_features", 0),
            max_inflight: DEFAULT_WINDOW,
            grease_versions: 0,
            grease_features: 0,
        };
        let offer = self.frames.iter().find_map(|(from, frame)| match FromDevice::parse(frame) {
            Ok(FromDevice::Offer(offer)) if *from == Side::D => Some(offer),
            _ => None,
        });
        if let Some(offer) = offer {
            config.versions = offer.versions;
            config.features = offer.features;
            config.max_inflight = offer.max_inflight;
            config.grease_versions = offer.versions;
            config.grease_features = offer.features;
            if config.policy == DevicePolicy::Allow && offer.versions & VERSIONS_LEGACY == 0 {
                config.policy = DevicePolicy::Require;
            }
        }
        config
    }

    fn device_plays(&self, vector: &mut Vector) {
        let mut device = Device::new(self.device_config());
        let mut model = ConformanceDevice::new();
        let mut said = Vec::new();
        if let Some((offset, data)) = self.memory {
            let (user_data, tag) = (1, 0);
            let write = Command {
                op: Op::Write,
                size_exponent: 3,
                response_wanted: false,
                tag,
                user_data,
                offset,
                data,
            };
            model.perform(&write);
        }
        for (index, (from, frame)) in self.frames.iter().enumerate() {
            if *from == Side::K {
                vector.expect(said.is_empty(), "the device side says more");
                said = device_answers(&mut device, &mut model, frame);
            } else if self.is_fault(index) {
                said.clear();
            } else {
                let next = if said.is_empty() { None } else { Some(said.remove(0)) };
                vector.expect(next == Some(*frame), "what the device side says");
            }
        }
        vector.expect(said.is_empty(), "the device side says more at the end");
        let off = self.word("d_policy") == "OFF";
        let expected = match self.word("end") {
            "open" => DeviceState::Open,
            "legacy" | "unnegotiated" if off => DeviceState::Open,
            "legacy" | "unnegotiated" => DeviceState::Unnegotiated,
            "fail" => return,
            _ => DeviceState::Closed,
        };
        vector.expect(device.state() == expected, "the state of the device side");
        if self.word("end") == "open" {
            vector.expect(*device.terms() == self.agreed(), "the device side's agreement");
        }
        if matches!(self.word("end"), "reject" | "close") {
            let clause = device.violation().map_or("no clause", |violation| violation.clause);
            vector.expect(clause == self.word("violates"), clause);
        }
    }

    // ---- the KVM side ----

    /// How a KVM side is configured that would send the next HELLO from there on.
    fn kvm(&self, index: usize) -> Kvm {
        let hello = self.frames[index..].iter().find_map(|(from, frame)| {
            match (from, FromKvm::parse(frame)) {
                (Side::K, Ok(FromKvm::Hello(hello))) => Some(hello),
                _ => None,
            }
        });
        let detached = matches!(hello, Some(hello) if hello.is_detached());
        let layout = Layout::from_code(self.number("d_layout", 1) as u16);
        let pin = self.members.get("k_pin").map(|hex| Record::parse(&frame_of(hex)).unwrap());
        let config = KvmConfig {
            policy: match self.word("k_policy") {
                "OFF" => KvmPolicy::Off,
                "REQUIRE" => KvmPolicy::Require,
                _ => KvmPolicy::Prefer,
            },
            hello: if detached { HelloMode::Detached } else { HelloMode::Attached },
            layout: hello.map(|hello| hello.layout).or(layout),
            user_data: hello.map_or(0, |hello| hello.read.user_data),
            // [OFR-011] what it does not know is allowed too, and must not matter
            versions: self.number("k_versions", !0) as u32 | !VERSIONS_KNOWN,
            features: self.number("k_features", !0) | !features_of(VERSION_TAGGED),
            required_features: self.number("k_required_features", 0),
            max_inflight: self.number("k_max_inflight", DEFAULT_WINDOW.into()) as u16,
            pin,
        };
        Kvm::new(config).unwrap_or_else(|clause| malformed(clause))
    }

    fn kvm_plays(&self, vector: &mut Vector) {
        let mut side =
            KvmSide { kvm: self.kvm(0), outstanding: Vec::new(), carried: None, abort: None };
        for (index, (from, frame)) in self.frames.iter().enumerate() {
            if *from == Side::D {
                // [KST-011] what lies behind an OFFER changes no ABORT
                let behind = index > 0 && self.frames[index - 1].0 == Side::D;
                vector.expect(side.abort.is_none() || behind, "the KVM side says more");
                side.receives(vector, frame);
            } else if self.is_fault(index) {
                side.kvm.select(); // its own, in the place of the wrong one
            } else {
                let hello = matches!(FromKvm::parse(frame), Ok(FromKvm::Hello(_)));
                if hello && index > 0 && side.kvm.state() != KvmState::Idle {
                    side.kvm = self.kvm(index); // a second HELLO is a second K's
                }
                vector.expect(side.says(frame) == Some(*frame), "what the KVM side says");
            }
        }
        vector.expect(side.abort.is_none(), "the KVM side says more at the end");
        let kvm = &mut side.kvm;
        let clause = kvm.violation().map_or("", |violation| violation.clause);
        let end = self.word("end");
        let expected = match end {
            "open" => KvmState::Open,
            "legacy" | "unnegotiated" => KvmState::Legacy,
            "close" => return vector.expect(clause.is_empty(), clause),
            _ => KvmState::Failed,
        };
        vector.expect(kvm.state() == expected, "the state of the KVM side");
        match end {
            "open" => vector.expect(*kvm.terms() == self.agreed(), "the KVM side's agreement"),
            "reject" | "abort" => {
                let reason = kvm.reason().map(|(reason, _)| reason.into());
                vector.expect(reason == Some(self.number("reason", 0)), "the reason");
            }
            "fail" => vector.expect(clause == self.word("violates"), clause),
            _ => {}
        }
    }
}

/// Gives a frame to the device side: what it says.
pub fn device_answers(
    device: &mut Device,
    model: &mut ConformanceDevice,
    frame: &Frame,
) -> Vec<Frame> {
    match device.receive(frame) {
        DeviceReaction::Serve(command) => match model.serve(&command, device.terms()) {
            Ok(frames) => frames,
            Err(violation) => {
                device.close(Some(violation));
                Vec::new()
            }
        },
        DeviceReaction::Perform(read) => {
            let value = model.perform(&read).data;
            device.offer(value).into_iter().collect()
        }
        DeviceReaction::Send(frame) | DeviceReaction::Reject(frame) => vec![frame],
        DeviceReaction::Close | DeviceReaction::Discard => Vec::new(),
    }
}

/// The KVM side with what its caller has to know: which commands of version 2 are outstanding.
struct KvmSide {
    kvm: Kvm,
    outstanding: Vec<Command>,
    /// the READ of its HELLO
    carried: Option<Command>,
    abort: Option<Frame>,
}

impl KvmSide {
    fn receives(&mut self, vector: &mut Vector, frame: &Frame) {
        match self.kvm.receive(frame) {
            KvmReaction::Response(response) => {
                let tagged = self.kvm.terms().version == VERSION_TAGGED;
                let ordered = !self.kvm.terms().has(FEATURE_OUT_OF_ORDER);
                let tags = self.outstanding.iter().map(|command| command.tag);
                // [V2-005]
                match tags.enumerate().find(|(_, tag)| *tag == response.tag) {
                    Some((index, _)) if index == 0 || !(tagged && ordered) => {
                        self.outstanding.remove(index);
                    }
                    _ => {
                        let (offset, seen) = (at::RESPONSE_TAGGED_TAG, response.tag.into());
                        self.kvm.fail(Some(Violation { clause: "V2-005", offset, seen }));
                    }
                }
            }
            KvmReaction::ValueAndAbort(_, abort) => self.abort = Some(abort),
            KvmReaction::Value(value) => {
                let data = u64::from_le_bytes(frame[..8].try_into().unwrap());
                let expected = self.carried.map(|read| read.truncated(data));
                vector.expect(expected == Some(value), "the value of the HELLO's READ");
            }
            KvmReaction::Opened => {
                vector.expect(self.kvm.offer().is_some(), "the OFFER, as its user sees it");
            }
            KvmReaction::Fail => {}
        }
    }

    /// Does what its user does so that the frame is sent.
    fn says(&mut self, frame: &Frame) -> Option<Frame> {
        match FromKvm::parse(frame) {
            Ok(FromKvm::Hello(hello)) => {
                self.carried = Some(hello.read);
                let attached = Some(&hello.read).filter(|_| !hello.is_detached());
                self.kvm.hello(attached, hello.nonce)
            }
            Ok(FromKvm::Select { .. }) => self.kvm.select(),
            Ok(FromKvm::Abort { .. }) => self.abort.take().or_else(|| self.kvm.give_up()),
            Err(_) => {
                let command = Command::parse(frame, self.kvm.terms(), self.kvm.layout()).ok()?;
                match self.kvm.send(&command) {
                    Sending::Now(frame) => {
                        let answered = command.response_wanted || command.op == Op::Read;
                        self.outstanding.extend(answered.then_some(command));
                        Some(frame)
                    }
                    Sending::Later | Sending::Never => None,
                }
            }
        }
    }
}
