// SPDX-License-Identifier: BSD-3-Clause
//! The conformance device (`spec/handshake.md`, annex B) for one channel: regions, registers, and
//! the commands of version 2 that wait for their response. No I/O: commands in, responses out.

use crate::ioregionfd_handshake::{
    Command, Frame, Op, Response, Status, Terms, Violation, FEATURE_OUT_OF_ORDER, VERSION_TAGGED,
};

const MEMORY_BYTES: usize = 0x100;
const REGION_BYTES: u64 = 0x1000;
const REGIONS: usize = 2;

const READS: u64 = 0x100;
const WRITES: u64 = 0x108;
const HOLD: u64 = 0x110;
const RELEASE: u64 = 0x118;
const COUNTER: u64 = 0x128;

struct Region {
    memory: [u8; MEMORY_BYTES],
    reads: u64,
    writes: u64,
    counter: u64,
}

impl Region {
    const NEW: Region = Region { memory: [0; MEMORY_BYTES], reads: 0, writes: 0, counter: 0 };
}

/// How far a command of version 2 is that wants a response.
enum Progress {
    Held,
    Fenced,
    Ready(Response),
}

struct Pending {
    command: Command,
    progress: Progress,
}

pub struct ConformanceDevice {
    regions: [Region; REGIONS],
    /// in the order of the commands
    pending: Vec<Pending>,
}

impl ConformanceDevice {
    pub fn new() -> ConformanceDevice {
        ConformanceDevice { regions: [Region::NEW; REGIONS], pending: Vec::new() }
    }

    /// Performs an access at once, as versions 0 and 1 do [DEV-002].
    pub fn perform(&mut self, command: &Command) -> Response {
        match self.access(command) {
            Ok(value) => command.done(value),
            Err(status) => command.failed(status),
        }
    }

    /// Serves a command: what is ready to be sent now, or what closes the channel.
    pub fn serve(&mut self, command: &Command, terms: &Terms) -> Result<Vec<Frame>, Violation> {
        if terms.version == VERSION_TAGGED {
            return self.serve_tagged(command, terms);
        }
        let response = self.perform(command);
        // [V0-013] a READ is answered whatever its resp says
        let answered = command.response_wanted || command.op == Op::Read;
        Ok(answered.then(|| response.frame(terms.version)).into_iter().collect())
    }

    fn serve_tagged(&mut self, command: &Command, terms: &Terms) -> Result<Vec<Frame>, Violation> {
        let wanted = command.response_wanted;
        let in_use = self.pending.iter().any(|pending| pending.command.tag == command.tag);
        let full = self.pending.len() >= terms.max_inflight.into();
        // [VIO-006] [VIO-007] one that waits for its turn counts
        if wanted && (in_use || full) {
            return Err(Violation { clause: "VIO-006", offset: 4, seen: command.tag.into() });
        }
        // [DEV-002] [DEV-003] held, where another command could release it
        let holds = command.op == Op::Read && command.offset == HOLD && terms.max_inflight > 1;
        let progress = match command.op {
            Op::Fence => Progress::Fenced,
            _ => match self.perform(command) {
                Response { status: Status::Ok, .. } if holds => Progress::Held,
                response => Progress::Ready(response),
            },
        };
        if wanted {
            self.pending.push(Pending { command: *command, progress });
        }
        Ok(self.settle(terms))
    }

    /// Completes what can be, and gives the responses whose turn it is.
    fn settle(&mut self, terms: &Terms) -> Vec<Frame> {
        let any_order = terms.has(FEATURE_OUT_OF_ORDER);
        let (mut earlier_complete, mut earlier_sent) = (true, true);
        let mut sent = Vec::new();
        self.pending.retain_mut(|pending| {
            if matches!(pending.progress, Progress::Fenced) && earlier_complete {
                pending.progress = Progress::Ready(pending.command.done(0)); // [FEA-001]
            }
            match &pending.progress {
                // [ORD-003] [ORD-004]
                Progress::Ready(response) if earlier_sent || any_order => {
                    sent.push(response.frame(terms.version));
                    return false;
                }
                Progress::Ready(_) => {}
                _ => earlier_complete = false,
            }
            earlier_sent = false;
            true
        });
        sent
    }

    /// The value of a READ, before the access size cuts it; or why it failed [ACE-001].
    fn access(&mut self, command: &Command) -> Result<u64, Status> {
        let size = command.size().ok_or(Status::BadOffset)?; // [V0-014] before all others
        let index = command.user_data.checked_sub(1).and_then(|index| usize::try_from(index).ok());
        let region =
            index.and_then(|index| self.regions.get_mut(index)).ok_or(Status::BadRegion)?;
        if command.offset > REGION_BYTES - size {
            return Err(Status::BadOffset);
        }
        match command.op {
            Op::Read => region.reads += 1,
            _ => region.writes += 1,
        }
        let (from, size) = (command.offset as usize, size as usize);
        match (region.memory.get_mut(from..from + size), command.op) {
            (Some(bytes), Op::Read) => {
                let mut value = [0; 8];
                value[..size].copy_from_slice(bytes);
                Ok(u64::from_le_bytes(value))
            }
            (Some(bytes), _) => {
                bytes.copy_from_slice(&command.data.to_le_bytes()[..size]);
                Ok(0)
            }
            (None, _) => self.register(command),
        }
    }

    fn register(&mut self, command: &Command) -> Result<u64, Status> {
        let region = &mut self.regions[command.user_data as usize - 1];
        match (command.op, command.offset) {
            (Op::Read, READS) => Ok(region.reads - 1), // before this one
            (Op::Read, WRITES) => Ok(region.writes),
            (Op::Read, HOLD) => Ok(u64::MAX), // [DEV-002] unless it is held
            (Op::Read, RELEASE) => Ok(0),
            (Op::Read, COUNTER) => {
                region.counter += 1;
                Ok(region.counter - 1)
            }
            (Op::Write, RELEASE) => {
                self.release(command);
                Ok(0)
            }
            (Op::Write, READS | WRITES | HOLD | COUNTER) => Ok(0),
            _ => Err(Status::DeviceFault),
        }
    }

    fn release(&mut self, write: &Command) {
        let value = write.truncated(write.data);
        for held in &mut self.pending {
            let command = &held.command;
            if matches!(held.progress, Progress::Held) && command.user_data == write.user_data {
                held.progress = Progress::Ready(command.done(value));
            }
        }
    }
}
