// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
//! Frames of the ioregionfd data plane (the handshake, the record, commands and responses of versions
//! 0, 1 and 2) and the state machines of both sides. `spec/handshake.md` is the law; ids such as
//! SEL-011 name its clauses.
//!
//! Nothing here does I/O, allocates, reads a clock or needs `std`: whole frames and events go in,
//! frames and reactions come out. No frame that a peer sends makes it panic. What moves bytes,
//! performs accesses and counts time is the caller's; so are tags, and the order of version 2.

#![forbid(unsafe_code)]
#![allow(dead_code)] // who uses one side needs not all of it

// generated from spec/registry: begin

/// bytes
pub const FRAME_LENGTH: usize = 32;
pub const MARKER: [u8; 4] = *b"IORH";
/// first byte of the marker from K
pub const COMMAND_MARKER: usize = 2;
/// first byte of the marker from D
pub const RESPONSE_MARKER: usize = 8;
pub const COMMAND_KIND: usize = COMMAND_MARKER + MARKER.len();
pub const RESPONSE_KIND: usize = RESPONSE_MARKER + MARKER.len();
/// byte 0 of SELECT and ABORT, never a command
pub const OP: u8 = 0x0f;
pub const HELLO_OFFSET: u64 = 0x7fff_ffff_ffff_ff00;
pub const DEADLINE_MILLIS: u64 = 1000;
pub const REJECT_DRAIN_MILLIS: u64 = 1000;
pub const DEFAULT_WINDOW: u16 = 64;
pub const RECORD_FORMAT: u8 = 2;
/// in SELECT, ACCEPT and the record
pub const DIGEST_OFFSET: usize = 28;
/// CRC-32C of "123456789"
pub const DIGEST_CHECK: u32 = 0xe306_9283;

pub const KIND_HELLO: u8 = 1;
pub const KIND_OFFER: u8 = 2;
pub const KIND_SELECT: u8 = 3;
pub const KIND_ACCEPT: u8 = 4;
pub const KIND_REJECT: u8 = 5;
pub const KIND_ABORT: u8 = 6;
pub const KIND_RECORD: u8 = 9;

/// the commands of the 2020 and 2021 proposals; as a bit of an OFFER: version 0 will do
pub const VERSION_LEGACY: u16 = 0;
/// the info-word layout made exact, one command in flight
pub const VERSION_EXACT: u16 = 1;
/// tags, statuses, a window
pub const VERSION_TAGGED: u16 = 2;
/// version 0 will do
pub const VERSIONS_LEGACY: u32 = 0x0000_0001;
pub const VERSIONS_KNOWN: u32 = 0x0000_0006;
pub const VERSIONS_GREASE: u32 = 0xff00_0000;
pub const WINDOW_MAX_OF_VERSION: [u16; 3] = [1, 1, 65535];

/// WRITEs without a response are allowed; their errors are lost
pub const FEATURE_POSTED_WRITES: u64 = 1 << 0;
/// responses in any order, matched by tag
pub const FEATURE_OUT_OF_ORDER: u64 = 1 << 1;
/// the FENCE command: answered when every earlier command has completed
pub const FEATURE_FENCE: u64 = 1 << 2;
/// whose needs it meets
pub const FEATURES_OF_VERSION: [u64; 3] = [0x0, 0x1, 0x7];
pub const FEATURES_GREASE: u64 = 0x7fff_0000_0000_0000;

/// detail: the device side's versions
pub const REASON_NO_COMMON_VERSION: u16 = 1;
/// detail: the version
pub const REASON_VERSION_NOT_OFFERED: u16 = 2;
/// detail: the features that were not offered
pub const REASON_FEATURE_NOT_OFFERED: u16 = 3;
/// detail: the features whose need is missing
pub const REASON_FEATURE_DEPENDENCY: u16 = 4;
/// detail: the features that are missing
pub const REASON_REQUIRED_FEATURE_MISSING: u16 = 5;
/// detail: REJECT: the largest legal window for that version; ABORT: 0
pub const REASON_BAD_WINDOW: u16 = 6;
/// detail: the device side's own digest
pub const REASON_DIGEST_MISMATCH: u16 = 7;
/// detail: the index of the first such byte
pub const REASON_RESERVED_NOT_ZERO: u16 = 8;
/// detail: the kind
pub const REASON_UNEXPECTED_FRAME: u16 = 9;
/// detail: bit 63: window, bit 62: version, else the missing features
pub const REASON_PIN_UNSATISFIED: u16 = 10;
/// detail: 0
pub const REASON_POLICY: u16 = 11;
/// detail: 0
pub const REASON_RESOURCES: u16 = 12;

pub const CMD_READ: u8 = 0;
pub const CMD_WRITE: u8 = 1;
pub const OP_READ: u8 = 2;
pub const OP_WRITE: u8 = 3;
pub const OP_FENCE: u8 = 4;

pub const INFO_CMD: u32 = 0x0000_000f;
pub const INFO_SIZE_EXPONENT: u32 = 0x0000_0030;
pub const INFO_SIZE_EXPONENT_SHIFT: u32 = 4;
pub const INFO_RESP: u32 = 0x0000_0040;
pub const INFO_RESERVED: u32 = 0xffff_ff80;

pub const HEAD_SIZE_EXPONENT: u8 = 0x0f;
pub const HEAD_SIZE_EXPONENT_SHIFT: u32 = 0;
pub const HEAD_RESP: u8 = 0x10;
pub const HEAD_RESERVED: u8 = 0xe0;

pub const FLAGS_RESPONSE_WANTED: u16 = 0x0001;
pub const FLAGS_RESERVED: u16 = 0xfffe;

// bit n: byte n is sent as 0
pub const OFFER_RESERVED: u32 = 0xf000_0000;
pub const SELECT_RESERVED: u32 = 0x0f00_f082;
pub const ACCEPT_RESERVED: u32 = 0x0c00_20ff;
pub const REJECT_RESERVED: u32 = 0xff00_20ff;
pub const ABORT_RESERVED: u32 = 0xff00_fc82;
pub const RECORD_RESERVED: u32 = 0x0f00_f020;
pub const COMMAND_INFO_WORD_RESERVED: u32 = 0x0000_00f0;
pub const COMMAND_BYTE_FIELDS_RESERVED: u32 = 0x0000_00fc;
pub const RESPONSE_RESERVED: u32 = 0xffff_ff00;
pub const RESPONSE_TAGGED_RESERVED: u32 = 0xffff_c000;

/// The layout of a command of version 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    InfoWord = 1,
    ByteFields = 2,
}

impl Layout {
    /// The one of that number, if there is one.
    pub fn from_code(code: u16) -> Option<Layout> {
        match code {
            1 => Some(Layout::InfoWord),
            2 => Some(Layout::ByteFields),
            _ => None,
        }
    }

    pub fn code(self) -> u16 {
        self as u16
    }

    pub fn name(self) -> &'static str {
        match self {
            Layout::InfoWord => "info-word",
            Layout::ByteFields => "byte-fields",
        }
    }
}

/// How an access or a FENCE of version 2 ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Ok = 1,
    BadRegion = 2,
    BadOffset = 3,
    DeviceFault = 4,
}

impl Status {
    /// The one of that number, if there is one.
    pub fn from_code(code: u16) -> Option<Status> {
        match code {
            1 => Some(Status::Ok),
            2 => Some(Status::BadRegion),
            3 => Some(Status::BadOffset),
            4 => Some(Status::DeviceFault),
            _ => None,
        }
    }

    pub fn code(self) -> u16 {
        self as u16
    }

    pub fn name(self) -> &'static str {
        match self {
            Status::Ok => "OK",
            Status::BadRegion => "BAD_REGION",
            Status::BadOffset => "BAD_OFFSET",
            Status::DeviceFault => "DEVICE_FAULT",
        }
    }
}

/// Bytes 0 and 1 of a HELLO, and what layout they tell.
pub const READ_HEADS: [([u8; 2], Layout); 12] = [
    ([0x40, 0x00], Layout::InfoWord),
    ([0x50, 0x00], Layout::InfoWord),
    ([0x60, 0x00], Layout::InfoWord),
    ([0x70, 0x00], Layout::InfoWord),
    ([0x00, 0x00], Layout::ByteFields),
    ([0x00, 0x01], Layout::ByteFields),
    ([0x00, 0x02], Layout::ByteFields),
    ([0x00, 0x03], Layout::ByteFields),
    ([0x00, 0x10], Layout::ByteFields),
    ([0x00, 0x11], Layout::ByteFields),
    ([0x00, 0x12], Layout::ByteFields),
    ([0x00, 0x13], Layout::ByteFields),
];

/// The registry's name, if it has one.
pub fn reason_name(reason: u16) -> Option<&'static str> {
    match reason {
        REASON_NO_COMMON_VERSION => Some("NO_COMMON_VERSION"),
        REASON_VERSION_NOT_OFFERED => Some("VERSION_NOT_OFFERED"),
        REASON_FEATURE_NOT_OFFERED => Some("FEATURE_NOT_OFFERED"),
        REASON_FEATURE_DEPENDENCY => Some("FEATURE_DEPENDENCY"),
        REASON_REQUIRED_FEATURE_MISSING => Some("REQUIRED_FEATURE_MISSING"),
        REASON_BAD_WINDOW => Some("BAD_WINDOW"),
        REASON_DIGEST_MISMATCH => Some("DIGEST_MISMATCH"),
        REASON_RESERVED_NOT_ZERO => Some("RESERVED_NOT_ZERO"),
        REASON_UNEXPECTED_FRAME => Some("UNEXPECTED_FRAME"),
        REASON_PIN_UNSATISFIED => Some("PIN_UNSATISFIED"),
        REASON_POLICY => Some("POLICY"),
        REASON_RESOURCES => Some("RESOURCES"),
        _ => None,
    }
}

/// The registry's name, if it has one.
pub fn feature_name(feature: u64) -> Option<&'static str> {
    match feature {
        FEATURE_POSTED_WRITES => Some("POSTED_WRITES"),
        FEATURE_OUT_OF_ORDER => Some("OUT_OF_ORDER"),
        FEATURE_FENCE => Some("FENCE"),
        _ => None,
    }
}

/// The first byte of each field.
pub mod at {
    pub const HELLO_READ_HEAD: usize = 0;
    pub const HELLO_MARKER: usize = 2;
    pub const HELLO_KIND: usize = 6;
    pub const HELLO_NONCE: usize = 7;
    pub const HELLO_USER_DATA: usize = 8;
    pub const HELLO_OFFSET: usize = 16;
    pub const HELLO_DATA: usize = 24;
    pub const OFFER_VALUE: usize = 0;
    pub const OFFER_MARKER: usize = 8;
    pub const OFFER_KIND: usize = 12;
    pub const OFFER_NONCE: usize = 13;
    pub const OFFER_MAX_INFLIGHT: usize = 14;
    pub const OFFER_FEATURES: usize = 16;
    pub const OFFER_VERSIONS: usize = 24;
    pub const SELECT_OP: usize = 0;
    pub const SELECT_MARKER: usize = 2;
    pub const SELECT_KIND: usize = 6;
    pub const SELECT_VERSION: usize = 8;
    pub const SELECT_MAX_INFLIGHT: usize = 10;
    pub const SELECT_FEATURES: usize = 16;
    pub const SELECT_DIGEST: usize = 28;
    pub const ACCEPT_MARKER: usize = 8;
    pub const ACCEPT_KIND: usize = 12;
    pub const ACCEPT_MAX_INFLIGHT: usize = 14;
    pub const ACCEPT_FEATURES: usize = 16;
    pub const ACCEPT_VERSION: usize = 24;
    pub const ACCEPT_DIGEST: usize = 28;
    pub const REJECT_MARKER: usize = 8;
    pub const REJECT_KIND: usize = 12;
    pub const REJECT_REASON: usize = 14;
    pub const REJECT_DETAIL: usize = 16;
    pub const ABORT_OP: usize = 0;
    pub const ABORT_MARKER: usize = 2;
    pub const ABORT_KIND: usize = 6;
    pub const ABORT_REASON: usize = 8;
    pub const ABORT_DETAIL: usize = 16;
    pub const RECORD_MARKER: usize = 0;
    pub const RECORD_KIND: usize = 4;
    pub const RECORD_FORMAT: usize = 6;
    pub const RECORD_LAYOUT: usize = 7;
    pub const RECORD_VERSION: usize = 8;
    pub const RECORD_MAX_INFLIGHT: usize = 10;
    pub const RECORD_FEATURES: usize = 16;
    pub const RECORD_DIGEST: usize = 28;
    pub const COMMAND_INFO_WORD_INFO: usize = 0;
    pub const COMMAND_INFO_WORD_USER_DATA: usize = 8;
    pub const COMMAND_INFO_WORD_OFFSET: usize = 16;
    pub const COMMAND_INFO_WORD_DATA: usize = 24;
    pub const COMMAND_BYTE_FIELDS_CMD: usize = 0;
    pub const COMMAND_BYTE_FIELDS_HEAD: usize = 1;
    pub const COMMAND_BYTE_FIELDS_USER_DATA: usize = 8;
    pub const COMMAND_BYTE_FIELDS_OFFSET: usize = 16;
    pub const COMMAND_BYTE_FIELDS_DATA: usize = 24;
    pub const RESPONSE_DATA: usize = 0;
    pub const COMMAND_TAGGED_OP: usize = 0;
    pub const COMMAND_TAGGED_SIZE_EXPONENT: usize = 1;
    pub const COMMAND_TAGGED_FLAGS: usize = 2;
    pub const COMMAND_TAGGED_TAG: usize = 4;
    pub const COMMAND_TAGGED_USER_DATA: usize = 8;
    pub const COMMAND_TAGGED_OFFSET: usize = 16;
    pub const COMMAND_TAGGED_DATA: usize = 24;
    pub const RESPONSE_TAGGED_DATA: usize = 0;
    pub const RESPONSE_TAGGED_TAG: usize = 8;
    pub const RESPONSE_TAGGED_STATUS: usize = 12;
}

// generated from spec/registry: end

/// One frame, as it is on the wire.
pub type Frame = [u8; FRAME_LENGTH];

/// What a frame breaks: the clause, the first byte of the field, what stood there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation {
    pub clause: &'static str,
    pub offset: usize,
    pub seen: u64,
}

fn broken(clause: &'static str, offset: usize, seen: impl Into<u64>) -> Violation {
    let seen = seen.into();
    Violation { clause, offset, seen }
}

// ---- bytes ----

fn field<const WIDTH: usize>(frame: &Frame, at: usize) -> [u8; WIDTH] {
    let mut bytes = [0; WIDTH];
    bytes.copy_from_slice(&frame[at..at + WIDTH]);
    bytes
}

/// [CHN-001] every field of more than a byte is little-endian
fn u16_at(frame: &Frame, at: usize) -> u16 {
    u16::from_le_bytes(field(frame, at))
}

fn u32_at(frame: &Frame, at: usize) -> u32 {
    u32::from_le_bytes(field(frame, at))
}

fn u64_at(frame: &Frame, at: usize) -> u64 {
    u64::from_le_bytes(field(frame, at))
}

fn put<const WIDTH: usize>(frame: &mut Frame, at: usize, bytes: [u8; WIDTH]) {
    frame[at..at + WIDTH].copy_from_slice(&bytes);
}

/// A frame of zeroes [MRK-002] [SEC-002] with marker and kind.
fn marked(at: usize, kind: u8) -> Frame {
    let mut frame = [0; FRAME_LENGTH];
    put(&mut frame, at, MARKER);
    frame[at + MARKER.len()] = kind;
    frame
}

/// The first byte that is not zero of those in the mask, in which bit n is byte n.
fn first_set(frame: &Frame, mask: u32) -> Option<usize> {
    (0..FRAME_LENGTH).find(|&at| mask >> at & 1 == 1 && frame[at] != 0)
}

/// Nothing, or the first byte of the mask that is not zero, which breaks the clause.
fn all_zero(frame: &Frame, mask: u32, clause: &'static str) -> Result<(), Violation> {
    match first_set(frame, mask) {
        Some(at) => Err(broken(clause, at, frame[at])),
        None => Ok(()),
    }
}

/// [MRK-001] Whether a frame from K bears the marker: at its place only.
pub fn command_is_marked(frame: &Frame) -> bool {
    field(frame, COMMAND_MARKER) == MARKER
}

/// [MRK-001] Whether a frame from D does, which says nothing of a response of version 2.
pub fn response_is_marked(frame: &Frame) -> bool {
    field(frame, RESPONSE_MARKER) == MARKER
}

// ---- the digest ----

/// CRC-32C of what `crc` covers and then of these bytes; begin with 0. Bit by bit: it is done for
/// four frames in a channel's life.
pub fn crc32c(crc: u32, bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!crc, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            crc >> 1 ^ if crc & 1 == 1 { 0x82f6_3b78 } else { 0 }
        })
    })
}

/// [DIG-001] [DIG-002] The digest behind a SELECT or an ACCEPT, whose own is taken as zero.
fn sealed(digest: u32, frame: &Frame) -> u32 {
    crc32c(crc32c(digest, &frame[..DIGEST_OFFSET]), &[0; 4])
}

// ---- what is agreed ----

/// What a SELECT asks for, and an ACCEPT repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    pub version: u16,
    pub max_inflight: u16,
    pub features: u64,
}

impl Terms {
    /// Version 0, agreed or not.
    pub const LEGACY: Terms = Terms { version: VERSION_LEGACY, max_inflight: 1, features: 0 };

    pub fn has(&self, feature: u64) -> bool {
        self.features & feature != 0
    }
}

/// The features whose needs a version meets (section 9.3).
pub fn features_of(version: u16) -> u64 {
    FEATURES_OF_VERSION.get(usize::from(version)).copied().unwrap_or(0)
}

/// The largest window of a version towards a peer that grants `granted`.
pub fn window_of(version: u16, granted: u16) -> u16 {
    WINDOW_MAX_OF_VERSION.get(usize::from(version)).copied().unwrap_or(0).min(granted)
}

fn holds(versions: u32, version: u16) -> bool {
    versions.checked_shr(version.into()).unwrap_or(0) & 1 == 1
}

// ---- commands and responses ----

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Read,
    Write,
    Fence,
}

/// A command of any version, its fields as they stand; the tag is 0 in versions 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command {
    pub op: Op,
    pub size_exponent: u8,
    pub response_wanted: bool,
    pub tag: u32,
    pub user_data: u64,
    pub offset: u64,
    pub data: u64,
}

/// The bits of an access of that size; all 64 where there is no valid size.
pub fn ones(size_exponent: u8) -> u64 {
    match size_exponent {
        0..=2 => (1 << (8 << size_exponent)) - 1,
        _ => !0,
    }
}

impl Command {
    /// The bytes that it accesses, unless its size exponent is above 3 [V0-014].
    pub fn size(&self) -> Option<u64> {
        (self.size_exponent <= 3).then(|| 1 << self.size_exponent)
    }

    /// [ACE-003] What of a value is inside of the access size.
    pub fn truncated(&self, value: u64) -> u64 {
        value & ones(self.size_exponent)
    }

    /// [ACE-002] The response to an access that failed.
    pub fn failed(&self, status: Status) -> Response {
        Response { tag: self.tag, status, data: ones(self.size_exponent) }
    }

    /// [V0-011] [V0-012] [V1-003] [V2-004] The response to one that succeeded; a READ's holds the value.
    pub fn done(&self, value: u64) -> Response {
        let data = if self.op == Op::Read { self.truncated(value) } else { 0 };
        Response { tag: self.tag, status: Status::Ok, data }
    }

    /// A command as these terms have it, or what of it breaks them; the layout is that of version 0.
    pub fn parse(frame: &Frame, terms: &Terms, layout: Layout) -> Result<Command, Violation> {
        match (terms.version, layout) {
            (VERSION_TAGGED, _) => Command::parse_tagged(frame, terms),
            (VERSION_EXACT, _) => Command::parse_exact(frame, terms),
            (_, Layout::InfoWord) => Command::parse_info_word(frame),
            (_, Layout::ByteFields) => Command::parse_byte_fields(frame),
        }
    }

    fn with(frame: &Frame, op: Op, size_exponent: u8, response_wanted: bool) -> Command {
        Command {
            op,
            size_exponent,
            response_wanted,
            tag: 0,
            user_data: u64_at(frame, at::COMMAND_TAGGED_USER_DATA),
            offset: u64_at(frame, at::COMMAND_TAGGED_OFFSET),
            data: u64_at(frame, at::COMMAND_TAGGED_DATA),
        }
    }

    /// [V0-015] `cmd` is 0 or 1, here as in the other layout. [V0-013] nothing else is judged.
    fn parse_info_word(frame: &Frame) -> Result<Command, Violation> {
        let info = u32_at(frame, at::COMMAND_INFO_WORD_INFO);
        let op = match (info & INFO_CMD) as u8 {
            CMD_READ => Op::Read,
            CMD_WRITE => Op::Write,
            cmd => return Err(broken("V0-015", at::COMMAND_INFO_WORD_INFO, cmd)),
        };
        let size_exponent = (info & INFO_SIZE_EXPONENT) >> INFO_SIZE_EXPONENT_SHIFT;
        Ok(Command::with(frame, op, size_exponent as u8, info & INFO_RESP != 0))
    }

    fn parse_byte_fields(frame: &Frame) -> Result<Command, Violation> {
        let head = frame[at::COMMAND_BYTE_FIELDS_HEAD];
        let op = match frame[at::COMMAND_BYTE_FIELDS_CMD] {
            CMD_READ => Op::Read,
            CMD_WRITE => Op::Write,
            cmd => return Err(broken("V0-015", at::COMMAND_BYTE_FIELDS_CMD, cmd)),
        };
        let size_exponent = (head & HEAD_SIZE_EXPONENT) >> HEAD_SIZE_EXPONENT_SHIFT;
        Ok(Command::with(frame, op, size_exponent, head & HEAD_RESP != 0))
    }

    fn parse_exact(frame: &Frame, terms: &Terms) -> Result<Command, Violation> {
        let info = u32_at(frame, at::COMMAND_INFO_WORD_INFO);
        if command_is_marked(frame) {
            return Err(broken("VIO-001", COMMAND_KIND, frame[COMMAND_KIND]));
        }
        all_zero(frame, COMMAND_INFO_WORD_RESERVED, "VIO-002")?;
        let command = Command::parse_info_word(frame).map_err(|_| broken("VIO-002", 0, info))?;
        let is_read = command.op == Op::Read;
        if info & INFO_RESERVED != 0 || is_read && !command.response_wanted {
            return Err(broken("VIO-002", at::COMMAND_INFO_WORD_INFO, info));
        }
        if is_read && command.data != 0 {
            return Err(broken("VIO-002", at::COMMAND_INFO_WORD_DATA, command.data));
        }
        if !command.response_wanted && !terms.has(FEATURE_POSTED_WRITES) {
            return Err(broken("VIO-005", at::COMMAND_INFO_WORD_INFO, info));
        }
        Ok(command)
    }

    /// Tags in use and the window [VIO-006] are the caller's to know.
    fn parse_tagged(frame: &Frame, terms: &Terms) -> Result<Command, Violation> {
        /// every byte but op, flags and tag
        const NOT_OF_A_FENCE: u32 = 0xffff_ff02;
        let flags = u16_at(frame, at::COMMAND_TAGGED_FLAGS);
        if command_is_marked(frame) {
            return Err(broken("VIO-001", COMMAND_KIND, frame[COMMAND_KIND]));
        }
        let op = match frame[at::COMMAND_TAGGED_OP] {
            OP_READ => Op::Read,
            OP_WRITE => Op::Write,
            OP_FENCE if terms.has(FEATURE_FENCE) => Op::Fence,
            op => return Err(broken("VIO-003", at::COMMAND_TAGGED_OP, op)),
        };
        let wanted = flags & FLAGS_RESPONSE_WANTED != 0;
        let mut command = Command::with(frame, op, frame[at::COMMAND_TAGGED_SIZE_EXPONENT], wanted);
        command.tag = u32_at(frame, at::COMMAND_TAGGED_TAG);
        if command.size().is_none() {
            return Err(broken("VIO-003", at::COMMAND_TAGGED_SIZE_EXPONENT, command.size_exponent));
        }
        if flags & FLAGS_RESERVED != 0 {
            return Err(broken("VIO-003", at::COMMAND_TAGGED_FLAGS, flags));
        }
        match op {
            Op::Read if command.data != 0 => {
                return Err(broken("VIO-003", at::COMMAND_TAGGED_DATA, command.data));
            }
            Op::Fence => all_zero(frame, NOT_OF_A_FENCE, "VIO-003")?,
            _ => {}
        }
        if !wanted && op != Op::Write {
            return Err(broken("VIO-004", at::COMMAND_TAGGED_FLAGS, flags));
        }
        if wanted == (command.tag == 0) {
            return Err(broken("VIO-004", at::COMMAND_TAGGED_TAG, command.tag));
        }
        if !wanted && !terms.has(FEATURE_POSTED_WRITES) {
            return Err(broken("VIO-005", at::COMMAND_TAGGED_FLAGS, flags));
        }
        Ok(command)
    }

    /// [V0-001] [V1-001] [V2-001] The bytes in a version; none of a FENCE before version 2.
    pub fn frame(&self, version: u16, layout: Layout) -> Option<Frame> {
        let mut frame = [0; FRAME_LENGTH];
        put(&mut frame, at::COMMAND_TAGGED_USER_DATA, self.user_data.to_le_bytes());
        put(&mut frame, at::COMMAND_TAGGED_OFFSET, self.offset.to_le_bytes());
        put(&mut frame, at::COMMAND_TAGGED_DATA, self.truncated(self.data).to_le_bytes());
        if version == VERSION_TAGGED {
            frame[at::COMMAND_TAGGED_OP] = match self.op {
                Op::Read => OP_READ,
                Op::Write => OP_WRITE,
                Op::Fence => OP_FENCE,
            };
            frame[at::COMMAND_TAGGED_SIZE_EXPONENT] = self.size_exponent;
            let flags = if self.response_wanted { FLAGS_RESPONSE_WANTED } else { 0 };
            put(&mut frame, at::COMMAND_TAGGED_FLAGS, flags.to_le_bytes());
            put(&mut frame, at::COMMAND_TAGGED_TAG, self.tag.to_le_bytes());
            return Some(frame);
        }
        let cmd = match self.op {
            Op::Read => CMD_READ,
            Op::Write => CMD_WRITE,
            Op::Fence => return None,
        };
        if version == VERSION_EXACT || layout == Layout::InfoWord {
            let resp = if self.response_wanted { INFO_RESP } else { 0 };
            let size = u32::from(self.size_exponent) << INFO_SIZE_EXPONENT_SHIFT;
            let info = u32::from(cmd) | size & INFO_SIZE_EXPONENT | resp;
            put(&mut frame, at::COMMAND_INFO_WORD_INFO, info.to_le_bytes());
        } else {
            let resp = if self.response_wanted { HEAD_RESP } else { 0 };
            frame[at::COMMAND_BYTE_FIELDS_CMD] = cmd;
            frame[at::COMMAND_BYTE_FIELDS_HEAD] = self.size_exponent & HEAD_SIZE_EXPONENT | resp;
        }
        Some(frame)
    }
}

/// A response of any version; tag and status are on the wire in version 2 alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Response {
    pub tag: u32,
    pub status: Status,
    pub data: u64,
}

impl Response {
    pub fn frame(&self, version: u16) -> Frame {
        let mut frame = [0; FRAME_LENGTH];
        put(&mut frame, at::RESPONSE_DATA, self.data.to_le_bytes());
        if version == VERSION_TAGGED {
            // [V2-003]
            put(&mut frame, at::RESPONSE_TAGGED_TAG, self.tag.to_le_bytes());
            put(&mut frame, at::RESPONSE_TAGGED_STATUS, self.status.code().to_le_bytes());
        }
        frame
    }

    /// Whether the tag is outstanding, and in turn where the order counts, is the caller's to know.
    pub fn parse(frame: &Frame, version: u16) -> Result<Response, Violation> {
        let data = u64_at(frame, at::RESPONSE_DATA);
        if version == VERSION_TAGGED {
            // [V2-005] no marker is looked for: a tag may be these bytes
            let code = u16_at(frame, at::RESPONSE_TAGGED_STATUS);
            let status = Status::from_code(code)
                .ok_or_else(|| broken("V2-005", at::RESPONSE_TAGGED_STATUS, code))?;
            all_zero(frame, RESPONSE_TAGGED_RESERVED, "V2-005")?;
            let tag = u32_at(frame, at::RESPONSE_TAGGED_TAG);
            return Ok(Response { tag, status, data });
        }
        if version == VERSION_EXACT {
            all_zero(frame, RESPONSE_RESERVED, "V1-004")?;
        } else if response_is_marked(frame) {
            return Err(broken("KST-008", RESPONSE_KIND, frame[RESPONSE_KIND]));
        }
        Ok(Response { tag: 0, status: Status::Ok, data })
    }
}

// ---- the frames of the handshake ----

/// A READ of version 0 in K's layout, marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hello {
    pub layout: Layout,
    pub nonce: u8,
    pub read: Command,
}

impl Hello {
    /// [HEL-012] whatever its size
    pub fn is_detached(&self) -> bool {
        self.read.offset == HELLO_OFFSET
    }

    /// [HEL-007] The READ as K sends it in version 0, but for bytes 2..7.
    pub fn frame(&self) -> Frame {
        let read = Command { op: Op::Read, data: 0, ..self.read };
        let mut frame = read.frame(VERSION_LEGACY, self.layout).unwrap_or([0; FRAME_LENGTH]);
        put(&mut frame, COMMAND_MARKER, MARKER);
        frame[COMMAND_KIND] = KIND_HELLO;
        frame[at::HELLO_NONCE] = self.nonce;
        frame
    }

    /// [HEL-010] by its read head, whatever the layout that D is configured for
    fn parse(frame: &Frame) -> Option<Hello> {
        let head: [u8; 2] = field(frame, at::HELLO_READ_HEAD);
        let &(_, layout) = READ_HEADS.iter().find(|(listed, _)| *listed == head)?;
        let read = Command::parse(frame, &Terms::LEGACY, layout).ok()?;
        Some(Hello { layout, nonce: frame[at::HELLO_NONCE], read })
    }
}

/// What D supports, with the value of the HELLO's READ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    pub value: u64,
    pub nonce: u8,
    pub max_inflight: u16,
    pub features: u64,
    pub versions: u32,
    /// bytes 28..31: sent as 0 and, where others stand there, for K's user to see [OFR-011]
    pub reserved: u32,
}

const OFFER_REST: usize = at::OFFER_VERSIONS + 4;

/// A marked frame from K.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromKvm {
    Hello(Hello),
    Select { terms: Terms, digest: u32 },
    Abort { reason: u16, detail: u64 },
}

impl FromKvm {
    /// SEL-010 where it is none of K's, SEL-011 a SELECT's reserved byte; an unmarked frame is MRK-001.
    pub fn parse(frame: &Frame) -> Result<FromKvm, Violation> {
        if !command_is_marked(frame) {
            return Err(broken("MRK-001", COMMAND_MARKER, frame[COMMAND_MARKER]));
        }
        match (frame[COMMAND_KIND], frame[at::SELECT_OP]) {
            (KIND_HELLO, _) => Hello::parse(frame).map(FromKvm::Hello),
            (KIND_SELECT, OP) => {
                all_zero(frame, SELECT_RESERVED, "SEL-011")?;
                let terms = Terms {
                    version: u16_at(frame, at::SELECT_VERSION),
                    max_inflight: u16_at(frame, at::SELECT_MAX_INFLIGHT),
                    features: u64_at(frame, at::SELECT_FEATURES),
                };
                Some(FromKvm::Select { terms, digest: u32_at(frame, at::SELECT_DIGEST) })
            }
            // [ABT-003] whatever its reserved bytes
            (KIND_ABORT, OP) => Some(FromKvm::Abort {
                reason: u16_at(frame, at::ABORT_REASON),
                detail: u64_at(frame, at::ABORT_DETAIL),
            }),
            _ => None,
        }
        .ok_or_else(|| broken("SEL-010", COMMAND_KIND, frame[COMMAND_KIND]))
    }

    pub fn frame(&self) -> Frame {
        match *self {
            FromKvm::Hello(hello) => hello.frame(),
            FromKvm::Select { terms, digest } => {
                let mut frame = marked(COMMAND_MARKER, KIND_SELECT);
                frame[at::SELECT_OP] = OP;
                put(&mut frame, at::SELECT_VERSION, terms.version.to_le_bytes());
                put(&mut frame, at::SELECT_MAX_INFLIGHT, terms.max_inflight.to_le_bytes());
                put(&mut frame, at::SELECT_FEATURES, terms.features.to_le_bytes());
                put(&mut frame, at::SELECT_DIGEST, digest.to_le_bytes());
                frame
            }
            FromKvm::Abort { reason, detail } => {
                let mut frame = marked(COMMAND_MARKER, KIND_ABORT);
                frame[at::ABORT_OP] = OP;
                put(&mut frame, at::ABORT_REASON, reason.to_le_bytes());
                put(&mut frame, at::ABORT_DETAIL, detail.to_le_bytes());
                frame
            }
        }
    }
}

/// A marked frame from D.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromDevice {
    Offer(Offer),
    Accept { terms: Terms, digest: u32 },
    Reject { reason: u16, detail: u64 },
}

impl FromDevice {
    /// KST-004 where it is none of D's, ACC-002 an ACCEPT's reserved byte; an unmarked frame is MRK-001.
    pub fn parse(frame: &Frame) -> Result<FromDevice, Violation> {
        if !response_is_marked(frame) {
            return Err(broken("MRK-001", RESPONSE_MARKER, frame[RESPONSE_MARKER]));
        }
        match frame[RESPONSE_KIND] {
            KIND_OFFER => Ok(FromDevice::Offer(Offer {
                value: u64_at(frame, at::OFFER_VALUE),
                nonce: frame[at::OFFER_NONCE],
                max_inflight: u16_at(frame, at::OFFER_MAX_INFLIGHT),
                features: u64_at(frame, at::OFFER_FEATURES),
                versions: u32_at(frame, at::OFFER_VERSIONS),
                reserved: u32_at(frame, OFFER_REST),
            })),
            KIND_ACCEPT => {
                all_zero(frame, ACCEPT_RESERVED, "ACC-002")?;
                let terms = Terms {
                    version: u16_at(frame, at::ACCEPT_VERSION),
                    max_inflight: u16_at(frame, at::ACCEPT_MAX_INFLIGHT),
                    features: u64_at(frame, at::ACCEPT_FEATURES),
                };
                Ok(FromDevice::Accept { terms, digest: u32_at(frame, at::ACCEPT_DIGEST) })
            }
            // [REJ-002] whatever its reserved bytes
            KIND_REJECT => Ok(FromDevice::Reject {
                reason: u16_at(frame, at::REJECT_REASON),
                detail: u64_at(frame, at::REJECT_DETAIL),
            }),
            kind => Err(broken("KST-004", RESPONSE_KIND, kind)),
        }
    }

    pub fn frame(&self) -> Frame {
        match *self {
            FromDevice::Offer(offer) => {
                let mut frame = marked(RESPONSE_MARKER, KIND_OFFER);
                put(&mut frame, at::OFFER_VALUE, offer.value.to_le_bytes());
                frame[at::OFFER_NONCE] = offer.nonce;
                put(&mut frame, at::OFFER_MAX_INFLIGHT, offer.max_inflight.to_le_bytes());
                put(&mut frame, at::OFFER_FEATURES, offer.features.to_le_bytes());
                put(&mut frame, at::OFFER_VERSIONS, offer.versions.to_le_bytes());
                put(&mut frame, OFFER_REST, offer.reserved.to_le_bytes());
                frame
            }
            FromDevice::Accept { terms, digest } => {
                let mut frame = marked(RESPONSE_MARKER, KIND_ACCEPT);
                put(&mut frame, at::ACCEPT_MAX_INFLIGHT, terms.max_inflight.to_le_bytes());
                put(&mut frame, at::ACCEPT_FEATURES, terms.features.to_le_bytes());
                put(&mut frame, at::ACCEPT_VERSION, terms.version.to_le_bytes());
                put(&mut frame, at::ACCEPT_DIGEST, digest.to_le_bytes());
                frame
            }
            FromDevice::Reject { reason, detail } => {
                let mut frame = marked(RESPONSE_MARKER, KIND_REJECT);
                put(&mut frame, at::REJECT_REASON, reason.to_le_bytes());
                put(&mut frame, at::REJECT_DETAIL, detail.to_le_bytes());
                frame
            }
        }
    }
}

// ---- the record ----

/// What was agreed, to be kept; never sent on a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    pub terms: Terms,
    /// always there with version 0
    pub layout: Option<Layout>,
}

impl Record {
    /// [REC-003] A record of what a K can have agreed to; else the byte at which it is none.
    pub fn parse(frame: &Frame) -> Result<Record, Violation> {
        let wrong = |at: usize| broken("REC-003", at, frame[at]);
        let terms = Terms {
            version: u16_at(frame, at::RECORD_VERSION),
            max_inflight: u16_at(frame, at::RECORD_MAX_INFLIGHT),
            features: u64_at(frame, at::RECORD_FEATURES),
        };
        let layout = Layout::from_code(frame[at::RECORD_LAYOUT].into());
        if field(frame, 0) != MARKER {
            return Err(wrong(0));
        }
        if frame[at::RECORD_KIND] != KIND_RECORD {
            return Err(wrong(at::RECORD_KIND));
        }
        if frame[at::RECORD_FORMAT] != RECORD_FORMAT {
            return Err(wrong(at::RECORD_FORMAT));
        }
        all_zero(frame, RECORD_RESERVED, "REC-003")?;
        if crc32c(0, &frame[..DIGEST_OFFSET]) != u32_at(frame, at::RECORD_DIGEST) {
            return Err(wrong(at::RECORD_DIGEST));
        }
        if layout.is_none() && (terms.version == VERSION_LEGACY || frame[at::RECORD_LAYOUT] != 0) {
            return Err(wrong(at::RECORD_LAYOUT));
        }
        if terms.version > VERSION_TAGGED {
            return Err(wrong(at::RECORD_VERSION));
        }
        let window_max = window_of(terms.version, u16::MAX);
        if terms.max_inflight == 0 || terms.max_inflight > window_max {
            return Err(wrong(at::RECORD_MAX_INFLIGHT));
        }
        if terms.features & !features_of(terms.version) != 0 {
            return Err(wrong(at::RECORD_FEATURES));
        }
        Ok(Record { terms, layout })
    }

    pub fn frame(&self) -> Frame {
        let mut frame = marked(0, KIND_RECORD);
        frame[at::RECORD_FORMAT] = RECORD_FORMAT;
        frame[at::RECORD_LAYOUT] = self.layout.map_or(0, |layout| layout.code() as u8);
        put(&mut frame, at::RECORD_VERSION, self.terms.version.to_le_bytes());
        put(&mut frame, at::RECORD_MAX_INFLIGHT, self.terms.max_inflight.to_le_bytes());
        put(&mut frame, at::RECORD_FEATURES, self.terms.features.to_le_bytes());
        let digest = crc32c(0, &frame[..DIGEST_OFFSET]);
        put(&mut frame, at::RECORD_DIGEST, digest.to_le_bytes());
        frame
    }
}

// ---- the device side ----
//
//                HELLO/OFFER              SELECT/ACCEPT
//  Unnegotiated -------------> Offered -----------------> Open
//      |                       |  ^  | HELLO/OFFER          |
//      |                       |  +--+                      | violation,
//      | wrong frame           | SELECT/REJECT, ABORT,      | end of stream
//      v                       v unmarked command           v
//    Closed                  Closed                       Closed

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DevicePolicy {
    Off,
    Allow,
    Require,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceState {
    Unnegotiated,
    /// an attached HELLO has come, and its READ is performed
    Performing,
    Offered,
    Open,
    Closed,
}

#[derive(Clone, Copy, Debug)]
pub struct DeviceConfig {
    pub policy: DevicePolicy,
    /// of unmarked commands of version 0
    pub layout: Layout,
    /// supported, bits 1 and 2
    pub versions: u32,
    /// supported
    pub features: u64,
    /// a SELECT without them is rejected
    pub required_features: u64,
    /// granted to version 2
    pub max_inflight: u16,
    /// [GRS-001] bits 24..31 and 48..62, constant for a build, or 0
    pub grease_versions: u32,
    pub grease_features: u64,
}

/// What the owner of the channel does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceReaction {
    /// perform it, in the agreed version; answer it if it wants that or is a READ
    Serve(Command),
    /// [HEL-011] perform this READ of an attached HELLO as version 0 does, then `Device::offer`
    Perform(Command),
    Send(Frame),
    /// [REJ-001] send, shut down sending, discard until the end of the stream or for 1 s, close
    Reject(Frame),
    /// close without a frame
    Close,
    /// [DST-007] after a REJECT or a close: nothing
    Discard,
}

/// The device side of one channel: every frame from K goes to `receive`.
#[derive(Clone, Debug)]
pub struct Device {
    config: DeviceConfig,
    state: DeviceState,
    layout: Layout,
    terms: Terms,
    nonce: u8,
    digest: u32,
    violation: Option<Violation>,
}

impl Device {
    pub fn new(config: DeviceConfig) -> Device {
        let off = config.policy == DevicePolicy::Off;
        Device {
            config,
            // under OFF there is one state, and it is version 0
            state: if off { DeviceState::Open } else { DeviceState::Unnegotiated },
            layout: config.layout,
            terms: Terms::LEGACY,
            nonce: 0,
            digest: 0,
            violation: None,
        }
    }

    pub fn state(&self) -> DeviceState {
        self.state
    }

    /// What commands are decoded by.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Why it is closed; nothing where that is nobody's fault.
    pub fn violation(&self) -> Option<&Violation> {
        self.violation.as_ref()
    }

    pub fn receive(&mut self, frame: &Frame) -> DeviceReaction {
        match self.state {
            DeviceState::Unnegotiated => self.unnegotiated(frame),
            DeviceState::Offered => self.offered(frame),
            DeviceState::Open => self.open(frame),
            // its caller looked at a frame too early: the OFFER is not out yet
            DeviceState::Performing => self.close(None),
            DeviceState::Closed => DeviceReaction::Discard,
        }
    }

    /// [CHN-008] The end of the stream, or an error; with CHN-004 where it came within a frame, CHN-005
    /// where a record is no frame, VIO-006 for a command that came too early.
    pub fn close(&mut self, violation: Option<Violation>) -> DeviceReaction {
        if self.state != DeviceState::Closed {
            self.state = DeviceState::Closed;
            self.violation = violation;
        }
        DeviceReaction::Close
    }

    /// [OFR-003] The OFFER, when the READ of an attached HELLO was performed: `value` is what a
    /// response of version 0 would hold. Nothing where no HELLO waits for one.
    pub fn offer(&mut self, value: u64) -> Option<Frame> {
        (self.state == DeviceState::Performing).then(|| self.make_offer(value))
    }

    /// [OFR-008] always the same, but for value and nonce
    fn make_offer(&mut self, value: u64) -> Frame {
        let config = &self.config;
        // [GRS-001] none under REQUIRE
        let greased = config.policy != DevicePolicy::Require;
        let grease_versions = if greased { config.grease_versions & VERSIONS_GREASE } else { 0 };
        let grease_features = if greased { config.grease_features & FEATURES_GREASE } else { 0 };
        let frame = FromDevice::Offer(Offer {
            value,
            nonce: self.nonce, // [OFR-002]
            max_inflight: self.window(),
            features: self.features() | grease_features,
            versions: self.versions() | grease_versions,
            reserved: 0,
        })
        .frame();
        self.digest = crc32c(self.digest, &frame);
        self.state = DeviceState::Offered;
        frame
    }

    /// [OFR-004] those that can be selected
    fn versions(&self) -> u32 {
        let legacy = self.config.policy == DevicePolicy::Allow;
        self.config.versions & VERSIONS_KNOWN | if legacy { VERSIONS_LEGACY } else { 0 }
    }

    /// [OFR-005]
    fn features(&self) -> u64 {
        self.config.features & features_of(VERSION_TAGGED)
    }

    /// [OFR-006]
    fn window(&self) -> u16 {
        if holds(self.config.versions, VERSION_TAGGED) {
            self.config.max_inflight.max(1)
        } else {
            1
        }
    }

    fn unnegotiated(&mut self, frame: &Frame) -> DeviceReaction {
        if command_is_marked(frame) {
            return match FromKvm::parse(frame) {
                Ok(FromKvm::Hello(hello)) => self.hello(frame, &hello),
                _ => self.close(Some(broken("DST-002", COMMAND_KIND, frame[COMMAND_KIND]))),
            };
        }
        if self.config.policy == DevicePolicy::Require {
            return self.close(Some(broken("POL-004", COMMAND_MARKER, frame[COMMAND_MARKER])));
        }
        self.serve(frame) // [DST-001]
    }

    /// [DST-004] a HELLO is a new start: nothing of an earlier one is kept
    fn hello(&mut self, frame: &Frame, hello: &Hello) -> DeviceReaction {
        self.digest = crc32c(0, frame); // [HEL-013] its `data` too
        self.layout = hello.layout;
        self.nonce = hello.nonce;
        if hello.is_detached() {
            return DeviceReaction::Send(self.make_offer(0)); // [HEL-012]
        }
        self.state = DeviceState::Performing;
        DeviceReaction::Perform(hello.read)
    }

    fn offered(&mut self, frame: &Frame) -> DeviceReaction {
        // [DST-005] [REJ-003] no REJECT: K could take it for guest data
        if !command_is_marked(frame) {
            return self.close(Some(broken("DST-005", COMMAND_MARKER, frame[COMMAND_MARKER])));
        }
        match FromKvm::parse(frame) {
            Ok(FromKvm::Hello(hello)) => self.hello(frame, &hello),
            Ok(FromKvm::Select { terms, digest }) => self.select(frame, terms, digest),
            Ok(FromKvm::Abort { reason, .. }) => {
                self.close(Some(broken("ABT-003", at::ABORT_REASON, reason)))
            }
            Err(violation) => {
                let (reason, detail) = match violation.clause {
                    "SEL-011" => (REASON_RESERVED_NOT_ZERO, violation.offset as u64),
                    _ => (REASON_UNEXPECTED_FRAME, violation.seen), // [SEL-010]
                };
                self.reject(reason, detail, violation)
            }
        }
    }

    fn reject(&mut self, reason: u16, detail: u64, violation: Violation) -> DeviceReaction {
        self.close(Some(violation));
        DeviceReaction::Reject(FromDevice::Reject { reason, detail }.frame())
    }

    fn select(&mut self, frame: &Frame, terms: Terms, seen: u32) -> DeviceReaction {
        let digest = sealed(self.digest, frame);
        if seen != digest {
            let violation = broken("SEL-012", at::SELECT_DIGEST, seen);
            return self.reject(REASON_DIGEST_MISMATCH, digest.into(), violation);
        }
        if let Err((reason, detail, violation)) = self.judge(&terms) {
            return self.reject(reason, detail, violation);
        }
        // [ACC-001] [DIG-002]
        let accept = FromDevice::Accept { terms, digest: 0 }.frame();
        let digest = sealed(digest, &accept);
        self.terms = terms;
        self.state = DeviceState::Open;
        DeviceReaction::Send(FromDevice::Accept { terms, digest }.frame())
    }

    /// [SEL-013] .. [SEL-017] in this order: reason and detail to reject with.
    fn judge(&self, asked: &Terms) -> Result<(), (u16, u64, Violation)> {
        let features = |clause, reason, wrong: u64| match wrong {
            0 => Ok(()),
            _ => Err((reason, wrong, broken(clause, at::SELECT_FEATURES, wrong))),
        };
        let version = u64::from(asked.version);
        if !holds(self.versions(), asked.version) {
            let violation = broken("SEL-013", at::SELECT_VERSION, version);
            return Err((REASON_VERSION_NOT_OFFERED, version, violation));
        }
        let window = window_of(asked.version, self.window());
        if asked.max_inflight == 0 || asked.max_inflight > window {
            let violation = broken("SEL-014", at::SELECT_MAX_INFLIGHT, asked.max_inflight);
            return Err((REASON_BAD_WINDOW, window.into(), violation));
        }
        let not_offered = asked.features & !self.features();
        features("SEL-015", REASON_FEATURE_NOT_OFFERED, not_offered)?;
        let without_need = asked.features & !features_of(asked.version);
        features("SEL-016", REASON_FEATURE_DEPENDENCY, without_need)?;
        let missing = self.config.required_features & !asked.features;
        features("SEL-017", REASON_REQUIRED_FEATURE_MISSING, missing)
    }

    fn open(&mut self, frame: &Frame) -> DeviceReaction {
        // [POL-005] under OFF no frame counts as marked
        let marked = self.config.policy != DevicePolicy::Off && command_is_marked(frame);
        if self.terms.version == VERSION_LEGACY && marked {
            return self.close(Some(broken("V0-017", COMMAND_KIND, frame[COMMAND_KIND])));
        }
        self.serve(frame)
    }

    /// [V0-010] in the configured layout, and after a HELLO in its own
    fn serve(&mut self, frame: &Frame) -> DeviceReaction {
        let command = match Command::parse(frame, &self.terms, self.layout) {
            Ok(command) => command,
            Err(violation) => return self.close(Some(violation)),
        };
        let hello_offset = command.op == Op::Read && command.offset == HELLO_OFFSET;
        // a HELLO that lost its marker
        if hello_offset && self.state == DeviceState::Unnegotiated {
            return self.close(Some(broken("DST-003", at::HELLO_OFFSET, command.offset)));
        }
        DeviceReaction::Serve(command)
    }
}

// ---- the KVM side ----
//
//         HELLO              OFFER              SELECT               ACCEPT
//  Idle ------------> HelloSent -----> Offered -------------> SelectSent ------> Open
//    | OFF               | no marker     | not acceptable:      | REJECT,
//    +-----> Legacy <----+ (PREFER)      v ABORT                v deadline, junk
//                                      Failed                 Failed

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KvmPolicy {
    Off,
    Prefer,
    Require,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HelloMode {
    Attached,
    Detached,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KvmState {
    Idle,
    HelloSent,
    Offered,
    SelectSent,
    Open,
    Legacy,
    Failed,
}

#[derive(Clone, Copy, Debug)]
pub struct KvmConfig {
    /// Off where a user of the channel cannot be serialised [CHN-010] or there is no read descriptor
    pub policy: KvmPolicy,
    pub hello: HelloMode,
    /// of version 0; where there is none the pin's, else info-word
    pub layout: Option<Layout>,
    /// of a registered region, else 0: a detached HELLO's [HEL-005]
    pub user_data: u64,
    /// allowed, bits 1..23
    pub versions: u32,
    /// allowed
    pub features: u64,
    pub required_features: u64,
    pub max_inflight: u16,
    pub pin: Option<Record>,
}

/// What a frame from D comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KvmReaction {
    /// it answers a command that was sent: in version 2 the one of its tag
    Response(Response),
    /// the HELLO is answered: the value of the READ that carried it [HEL-004]
    Value(u64),
    /// as `Value` [KST-007], and: send the ABORT, then close
    ValueAndAbort(u64, Frame),
    /// the ACCEPT has come
    Opened,
    /// close without a frame
    Fail,
}

/// What becomes of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// write this frame
    Now(Frame),
    /// when a HELLO or a SELECT has been answered, or a response has come
    Later,
    /// it ends as "not sent"
    Never,
}

/// The KVM side of one channel: every frame from D goes to `receive`.
#[derive(Clone, Debug)]
pub struct Kvm {
    config: KvmConfig,
    state: KvmState,
    layout: Layout,
    terms: Terms,
    nonce: u8,
    /// of the HELLO's READ
    size_exponent: u8,
    digest: u32,
    offer: Option<Offer>,
    reason: Option<(u16, u64)>,
    unanswered: u32,
    begun: bool,
    violation: Option<Violation>,
}

impl Kvm {
    /// Or the clause that forbids this configuration [POL-003].
    pub fn new(mut config: KvmConfig) -> Result<Kvm, &'static str> {
        let required = config.policy == KvmPolicy::Require;
        if let Some(record) = config.pin {
            if Record::parse(&record.frame()).is_err() {
                return Err("REC-003");
            }
            let pin = record.terms;
            // what it holds is what is allowed; of version 0 nothing
            let versions = config.versions | VERSIONS_LEGACY; // [REC-006]
            if config.required_features & !pin.features != 0
                || pin.features & !config.features != 0
                || !holds(versions, pin.version)
                || pin.version == VERSION_LEGACY && required
                || pin.version != VERSION_LEGACY && config.policy == KvmPolicy::Off
            {
                return Err("POL-003");
            }
            if pin.version == VERSION_LEGACY {
                config.policy = KvmPolicy::Off; // [POL-001]
            } else {
                config.policy = KvmPolicy::Require; // [REC-001]
            }
        }
        let no_version = config.versions & VERSIONS_KNOWN == 0;
        if config.policy == KvmPolicy::Require
            && (config.hello == HelloMode::Attached || no_version)
            || config.required_features & !config.features != 0
        {
            return Err("POL-003"); // [POL-002]
        }
        if cfg!(target_endian = "big") && config.policy != KvmPolicy::Off {
            return Err("CHN-012");
        }
        let pinned = config.pin.and_then(|pin| pin.layout); // [REC-005]
        Ok(Kvm {
            config,
            state: KvmState::Idle,
            layout: config.layout.or(pinned).unwrap_or(Layout::InfoWord),
            terms: Terms::LEGACY,
            nonce: 0,
            size_exponent: 0,
            digest: 0,
            offer: None,
            reason: None,
            unanswered: 0,
            begun: false,
            violation: None,
        })
    }

    pub fn state(&self) -> KvmState {
        self.state
    }

    /// What was agreed; from Offered on what is selected.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// With all that K ignores of it, for its user to see [OFR-011].
    pub fn offer(&self) -> Option<&Offer> {
        self.offer.as_ref()
    }

    /// [REJ-002] Reason and detail of the REJECT that came, or of the ABORT that went.
    pub fn reason(&self) -> Option<(u16, u64)> {
        self.reason
    }

    /// Why it failed; nothing where D is not to blame.
    pub fn violation(&self) -> Option<&Violation> {
        self.violation.as_ref()
    }

    /// The HELLO: a detached one, or attached to the READ, as it would go out without. The nonce is new
    /// and unpredictable for each [HEL-006]. Nothing where it may not be sent [HEL-003] [POL-001].
    pub fn hello(&mut self, read: Option<&Command>, nonce: u8) -> Option<Frame> {
        if self.state != KvmState::Idle || self.config.policy == KvmPolicy::Off {
            return None;
        }
        let read = match (self.config.hello, read) {
            (HelloMode::Attached, Some(read)) => {
                let never = read.op != Op::Read || self.never(read);
                (!never && self.unanswered == 0).then_some(*read)
            }
            // [HEL-005] before any other frame
            (HelloMode::Detached, None) if !self.begun => Some(Command {
                op: Op::Read,
                size_exponent: 0,
                response_wanted: true,
                tag: 0,
                user_data: self.config.user_data,
                offset: HELLO_OFFSET,
                data: 0,
            }),
            _ => None,
        }?;
        // [V0-001] resp as on all of this K's READs
        let read = Command { response_wanted: true, ..read };
        let frame = FromKvm::Hello(Hello { layout: self.layout, nonce, read }).frame();
        self.nonce = nonce;
        self.size_exponent = read.size_exponent;
        self.digest = crc32c(0, &frame);
        self.begun = true;
        self.state = KvmState::HelloSent;
        Some(frame)
    }

    /// The SELECT, at the next use of the channel in Offered.
    pub fn select(&mut self) -> Option<Frame> {
        if self.state != KvmState::Offered {
            return None;
        }
        let terms = self.terms;
        let select = FromKvm::Select { terms, digest: 0 }.frame();
        self.digest = sealed(self.digest, &select); // [DIG-001]
        self.state = KvmState::SelectSent;
        Some(FromKvm::Select { terms, digest: self.digest }.frame())
    }

    /// The user gives the channel up: with an ABORT [ABT-004], or without a frame [ABT-001].
    pub fn give_up(&mut self) -> Option<Frame> {
        let abort = (self.state == KvmState::Offered).then(|| self.abort(REASON_POLICY, 0));
        self.fail(None);
        abort
    }

    fn abort(&mut self, reason: u16, detail: u64) -> Frame {
        self.reason = Some((reason, detail));
        self.fail(None); // [ABT-002]
        FromKvm::Abort { reason, detail }.frame()
    }

    /// Hands over the frame of a command, which then counts as sent. In version 2 its tag is the
    /// caller's to choose [V2-002].
    pub fn send(&mut self, command: &Command) -> Sending {
        let read = command.op == Op::Read;
        let response_wanted = command.response_wanted || command.op != Op::Write; // [V0-001] [V1-001]
        let data = if read { 0 } else { command.data };
        let command = Command { response_wanted, data, ..*command };
        if self.never(&command) {
            return Sending::Never;
        }
        let off = self.config.policy == KvmPolicy::Off;
        let ready = match self.state {
            // [KST-010] a WRITE before the READ that will carry the HELLO, and nothing else
            KvmState::Idle => off || self.config.hello == HelloMode::Attached && !read,
            KvmState::Open | KvmState::Legacy => true,
            _ => false,
        };
        // [V0-002] [V1-002] [WIN-001]
        let full = match self.terms.version {
            VERSION_TAGGED => response_wanted && self.unanswered >= self.terms.max_inflight.into(),
            _ => self.unanswered > 0,
        };
        if !ready || full {
            return Sending::Later;
        }
        match command.frame(self.terms.version, self.layout) {
            Some(frame) => {
                self.begun = true;
                self.unanswered += u32::from(response_wanted);
                if self.state == KvmState::Idle && off {
                    self.state = KvmState::Legacy;
                }
                Sending::Now(frame)
            }
            None => Sending::Never,
        }
    }

    /// Whether a command cannot go out here, now or later.
    fn never(&self, command: &Command) -> bool {
        let fence = command.op == Op::Fence;
        let posted = !command.response_wanted;
        let posts = self.terms.has(FEATURE_POSTED_WRITES);
        command.size().is_none()
            || match (self.state, self.terms.version) {
                (KvmState::Failed, _) => true,
                // [V0-004]
                (KvmState::Idle, _) | (KvmState::Legacy, _) => {
                    fence || command.offset == HELLO_OFFSET
                }
                (KvmState::Open, VERSION_LEGACY) => fence,
                (KvmState::Open, VERSION_EXACT) => fence || posted && !posts,
                // [FEA-002] [V2-001]
                (KvmState::Open, _) => {
                    fence && !self.terms.has(FEATURE_FENCE)
                        || posted && !posts
                        || posted != (command.tag == 0)
                }
                _ => false,
            }
    }

    /// [KST-005] The deadline has passed: whether that fails the channel; never Legacy [KST-006].
    pub fn deadline(&mut self) -> bool {
        let detached = self.config.hello == HelloMode::Detached;
        let late = match self.state {
            KvmState::SelectSent => true,
            KvmState::HelloSent => detached,
            _ => false,
        };
        if late {
            self.fail(Some(broken("KST-005", 0, 0_u8)));
        }
        late
    }

    /// [CHN-008] The end of the stream, or an error; with the clause where a frame broke one, as V2-005
    /// for a tag that is not outstanding.
    pub fn fail(&mut self, violation: Option<Violation>) -> KvmReaction {
        if self.state != KvmState::Failed {
            self.state = KvmState::Failed;
            self.violation = violation;
        }
        KvmReaction::Fail
    }

    /// The clause that is broken when a byte of D comes now, where nothing asks for one.
    pub fn unexpected(&self) -> Option<&'static str> {
        let answering = self.unanswered > 0;
        match self.state {
            KvmState::Offered => Some("KST-009"),
            KvmState::HelloSent | KvmState::SelectSent | KvmState::Failed => None,
            _ if answering => None,
            _ if !self.begun => Some("KST-001"),
            _ if self.terms.version == VERSION_TAGGED => Some("V2-005"),
            _ => Some("FAI-003"),
        }
    }

    pub fn receive(&mut self, frame: &Frame) -> KvmReaction {
        if let Some(clause) = self.unexpected() {
            return self.fail(Some(broken(clause, 0, frame[0])));
        }
        match self.state {
            KvmState::HelloSent => self.hello_answer(frame),
            KvmState::SelectSent => self.select_answer(frame),
            KvmState::Failed => KvmReaction::Fail,
            _ => self.response(frame),
        }
    }

    /// Where no handshake is going on.
    fn response(&mut self, frame: &Frame) -> KvmReaction {
        match Response::parse(frame, self.terms.version) {
            Ok(response) => {
                self.unanswered -= 1;
                KvmReaction::Response(response)
            }
            Err(violation) => self.fail(Some(violation)),
        }
    }

    fn hello_answer(&mut self, frame: &Frame) -> KvmReaction {
        // [V0-003] what is inside of the access size
        let value = u64_at(frame, at::OFFER_VALUE) & ones(self.size_exponent);
        if !response_is_marked(frame) {
            if self.config.policy == KvmPolicy::Require {
                let seen = frame[RESPONSE_MARKER];
                return self.fail(Some(broken("KST-003", RESPONSE_MARKER, seen)));
            }
            self.state = KvmState::Legacy; // [KST-002]
            return KvmReaction::Value(value);
        }
        let offer = match FromDevice::parse(frame) {
            Ok(FromDevice::Offer(offer)) => offer,
            other => {
                if let Ok(FromDevice::Reject { reason, detail }) = other {
                    self.reason = Some((reason, detail));
                }
                return self.fail(Some(broken("KST-004", RESPONSE_KIND, frame[RESPONSE_KIND])));
            }
        };
        // [OFR-010] and no ABORT [ABT-001]
        if offer.nonce != self.nonce {
            return self.fail(Some(broken("OFR-010", at::OFFER_NONCE, offer.nonce)));
        }
        self.offer = Some(offer);
        match self.choose(&offer) {
            Ok(terms) => {
                self.terms = terms;
                self.digest = crc32c(self.digest, frame);
                self.state = KvmState::Offered;
                KvmReaction::Value(value)
            }
            // [KST-011]
            Err((reason, detail)) => KvmReaction::ValueAndAbort(value, self.abort(reason, detail)),
        }
    }

    /// [SEL-006] What to select, else reason and detail of the ABORT.
    fn choose(&self, offer: &Offer) -> Result<Terms, (u16, u64)> {
        let config = &self.config;
        if offer.max_inflight == 0 {
            return Err((REASON_BAD_WINDOW, 0)); // [OFR-012]
        }
        if let Some(Record { terms: pin, .. }) = config.pin {
            return match missing(&pin, offer) {
                0 => Ok(pin),
                detail => Err((REASON_PIN_UNSATISFIED, detail)),
            };
        }
        // [SEL-001] the highest that is allowed and offered, version 0 under PREFER alone
        let prefer = config.policy == KvmPolicy::Prefer;
        let allowed = config.versions & VERSIONS_KNOWN | if prefer { VERSIONS_LEGACY } else { 0 };
        let common = offer.versions & allowed;
        let version = match (VERSION_LEGACY..=VERSION_TAGGED).rev().find(|&n| holds(common, n)) {
            Some(version) => version,
            None => return Err((REASON_NO_COMMON_VERSION, offer.versions.into())),
        };
        // [SEL-002] [OFR-011] [GRS-002] only what K knows, though its user may allow all
        let features = offer.features & features_of(version) & config.features;
        let missing = config.required_features & !features;
        if missing != 0 {
            return Err((REASON_REQUIRED_FEATURE_MISSING, missing)); // [SEL-004]
        }
        // [SEL-003]
        let granted = offer.max_inflight.min(config.max_inflight.max(1));
        Ok(Terms { version, max_inflight: window_of(version, granted), features })
    }

    fn select_answer(&mut self, frame: &Frame) -> KvmReaction {
        if !response_is_marked(frame) {
            let seen = frame[RESPONSE_MARKER];
            return self.fail(Some(broken("ACC-003", RESPONSE_MARKER, seen)));
        }
        if let Ok(FromDevice::Reject { reason, detail }) = FromDevice::parse(frame) {
            self.reason = Some((reason, detail));
            return self.fail(None); // [REJ-002]
        }
        if frame[RESPONSE_KIND] != KIND_ACCEPT {
            return self.fail(Some(broken("ACC-003", RESPONSE_KIND, frame[RESPONSE_KIND])));
        }
        // [ACC-002] there is one right ACCEPT; its every byte is known
        let terms = self.terms;
        let digest = sealed(self.digest, &FromDevice::Accept { terms, digest: 0 }.frame());
        let expected = FromDevice::Accept { terms, digest }.frame();
        if let Some(at) = (0..FRAME_LENGTH).find(|&at| frame[at] != expected[at]) {
            return self.fail(Some(broken("ACC-002", at, frame[at])));
        }
        self.state = KvmState::Open;
        KvmReaction::Opened
    }
}

/// [REC-002] What of a pin an OFFER does not allow, each judged by itself.
fn missing(pin: &Terms, offer: &Offer) -> u64 {
    let mut missing = pin.features & !offer.features;
    if window_of(pin.version, offer.max_inflight) < pin.max_inflight {
        missing |= 1 << 63;
    }
    if !holds(offer.versions, pin.version) {
        missing |= 1 << 62;
    }
    missing
}
