// SPDX-License-Identifier: BSD-3-Clause
//! Holds the library to the byte vectors, and then throws anything at both machines. One vector per
//! line on stdin, as `spec/c/check_vectors.c` says:
//!
//!     head HEX LAYOUT                        a read head of that layout
//!     frame ID K|D HEX ok KIND NAME=VALUE..  or: bad CLAUSE OFFSET SEEN
//!     record ID HEX ok NAME=VALUE..          or: bad
//!     command ID VERSION LAYOUT FEATURES HEX ok NAME=VALUE..   or: bad CLAUSE
//!     transcript ID end=END NAME=VALUE.. K=HEX D=HEX..
//!
//! Exit status: 0 all hold, 1 some do not (each is named on stdout), 2 the input is not of this form,
//! or is none.

#![forbid(unsafe_code)]

mod check_calls;
mod check_random;
mod check_transcripts;
mod conformance_device;
mod ioregionfd_handshake;

use ioregionfd_handshake::*;
use std::collections::HashMap;
use std::io::{self, BufRead};
use std::process;

/// A vector at hand, and what does not hold of it.
pub struct Vector<'a> {
    id: &'a str,
    /// the clauses that it shows, told where it fails
    shows: &'a str,
    failures: usize,
}

impl Vector<'_> {
    fn expect(&mut self, holds: bool, what: &str) {
        if !holds {
            let shows = if self.shows.is_empty() { "" } else { " shows " };
            println!("{}: {}{}{}", self.id, what, shows, self.shows);
            self.failures += 1;
        }
    }
}

/// The words of a line. Ends the program with status 2 where they are not what is asked for.
pub struct Words<'a>(std::str::SplitWhitespace<'a>);

fn malformed(what: &str) -> ! {
    eprintln!("check_vectors: not a vector: {}", what);
    process::exit(2)
}

/// As C writes them.
fn number(text: &str) -> u64 {
    let value = match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    value.unwrap_or_else(|_| malformed(text))
}

fn frame_of(hex: &str) -> Frame {
    let mut frame = [0; FRAME_LENGTH];
    if hex.len() != 2 * FRAME_LENGTH || !hex.is_ascii() {
        malformed(hex);
    }
    for (at, byte) in frame.iter_mut().enumerate() {
        let digits = &hex[2 * at..2 * at + 2];
        *byte = u8::from_str_radix(digits, 16).unwrap_or_else(|_| malformed(hex));
    }
    frame
}

impl<'a> Words<'a> {
    fn next(&mut self) -> &'a str {
        self.0.next().unwrap_or_else(|| malformed("a line ends too early"))
    }

    fn number(&mut self) -> u64 {
        number(self.next())
    }

    /// The next word, of the form NAME=VALUE.
    fn member(&mut self) -> Option<(&'a str, &'a str)> {
        let word = self.0.next()?;
        Some(word.split_once('=').unwrap_or_else(|| malformed(word)))
    }
}

// ---- frames ----

fn terms_field(terms: &Terms, name: &str) -> u64 {
    match name {
        "version" => terms.version.into(),
        "max_inflight" => terms.max_inflight.into(),
        "features" => terms.features,
        _ => malformed(name),
    }
}

fn command_field(command: &Command, version: u16, name: &str) -> u64 {
    match name {
        "op" | "cmd" => {
            let first = if version == VERSION_TAGGED { OP_READ } else { CMD_READ };
            u64::from(first) + command.op as u64
        }
        "size_exponent" => command.size_exponent.into(),
        "resp" | "response_wanted" => command.response_wanted.into(),
        "tag" => command.tag.into(),
        "user_data" => command.user_data,
        "offset" => command.offset,
        "data" => command.data,
        _ => malformed(name),
    }
}

fn ended_field(reason: u16, detail: u64, name: &str) -> u64 {
    if name == "reason" {
        reason.into()
    } else {
        detail
    }
}

fn from_kvm_field(frame: &FromKvm, name: &str) -> u64 {
    match (frame, name) {
        (FromKvm::Hello(hello), "layout") => hello.layout.code().into(),
        (FromKvm::Hello(hello), "nonce") => hello.nonce.into(),
        (FromKvm::Hello(hello), _) => command_field(&hello.read, VERSION_LEGACY, name),
        (FromKvm::Select { digest, .. }, "digest") => u64::from(*digest),
        (FromKvm::Select { terms, .. }, _) => terms_field(terms, name),
        (FromKvm::Abort { reason, detail }, _) => ended_field(*reason, *detail, name),
    }
}

fn from_device_field(frame: &FromDevice, name: &str) -> u64 {
    match (frame, name) {
        (FromDevice::Offer(offer), "value") => offer.value,
        (FromDevice::Offer(offer), "max_inflight") => offer.max_inflight.into(),
        (FromDevice::Offer(offer), "features") => offer.features,
        (FromDevice::Offer(offer), "versions") => offer.versions.into(),
        (FromDevice::Offer(offer), "nonce") => offer.nonce.into(),
        (FromDevice::Offer(offer), "reserved") => offer.reserved.into(),
        (FromDevice::Offer(_), _) => malformed(name),
        (FromDevice::Accept { digest, .. }, "digest") => u64::from(*digest),
        (FromDevice::Accept { terms, .. }, _) => terms_field(terms, name),
        (FromDevice::Reject { reason, detail }, _) => ended_field(*reason, *detail, name),
    }
}

fn check_violation(vector: &mut Vector, words: &mut Words, violation: &Violation) {
    if words.next() != "bad" {
        return vector.expect(false, violation.clause);
    }
    vector.expect(words.next() == violation.clause, violation.clause);
    vector.expect(words.number() == violation.offset as u64, "the offset of what is broken");
    vector.expect(words.number() == violation.seen, "what was seen there");
}

fn check_frame(vector: &mut Vector, words: &mut Words) {
    let from = words.next();
    let frame = frame_of(words.next());
    let parsed = match from {
        "K" => FromKvm::parse(&frame).map(Ok),
        _ => FromDevice::parse(&frame).map(Err),
    };
    let parsed = match parsed {
        Ok(parsed) => parsed,
        Err(violation) => return check_violation(vector, words, &violation),
    };
    if words.next() != "ok" {
        return vector.expect(false, "should be malformed");
    }
    let at = if from == "K" { COMMAND_KIND } else { RESPONSE_KIND };
    vector.expect(words.number() == frame[at].into(), "the kind");
    while let Some((name, value)) = words.member() {
        let seen = match &parsed {
            Ok(frame) => from_kvm_field(frame, name),
            Err(frame) => from_device_field(frame, name),
        };
        vector.expect(seen == number(value), name);
    }
    let again = match parsed {
        Ok(frame) => frame.frame(),
        Err(frame) => frame.frame(),
    };
    vector.expect(again == frame, "is not what is written from its fields");
}

fn check_record(vector: &mut Vector, words: &mut Words) {
    let frame = frame_of(words.next());
    let record = match (Record::parse(&frame), words.next()) {
        (Ok(record), "ok") => record,
        (Ok(_), _) => return vector.expect(false, "should be refused"),
        (Err(violation), "ok") => return vector.expect(false, violation.clause),
        (Err(violation), _) => return vector.expect(violation.clause == "REC-003", "the clause"),
    };
    while let Some((name, value)) = words.member() {
        let seen = match (name, record.layout) {
            ("layout", Some(layout)) => layout.code().into(),
            // where a record says no layout, a vector says the first
            ("layout", None) => Layout::InfoWord.code().into(),
            _ => terms_field(&record.terms, name),
        };
        vector.expect(seen == number(value), name);
    }
    vector.expect(record.frame() == frame, "is not what is written from its fields");
}

/// Whether a frame of version 0 sets what a sender leaves zero and a receiver ignores.
fn sets_reserved_bits(frame: &Frame, layout: Layout) -> bool {
    let (mask, bits) = match layout {
        Layout::InfoWord => (COMMAND_INFO_WORD_RESERVED, INFO_RESERVED.to_le_bytes()),
        Layout::ByteFields => (COMMAND_BYTE_FIELDS_RESERVED, [0, HEAD_RESERVED, 0, 0]),
    };
    let reserved = (0..FRAME_LENGTH).any(|at| mask >> at & 1 == 1 && frame[at] != 0);
    reserved || bits.iter().zip(frame).any(|(bits, byte)| bits & byte != 0)
}

fn check_command(vector: &mut Vector, words: &mut Words) {
    let version = words.number() as u16;
    let layout = Layout::from_code(words.number() as u16).unwrap_or(Layout::InfoWord);
    let terms = Terms { version, max_inflight: 1, features: words.number() };
    let frame = frame_of(words.next());
    let command = match (Command::parse(&frame, &terms, layout), words.next()) {
        (Ok(command), "ok") => command,
        (Ok(_), _) => return vector.expect(false, "should be a violation"),
        (Err(violation), "ok") => return vector.expect(false, violation.clause),
        (Err(violation), _) => {
            return vector.expect(violation.clause == words.next(), violation.clause);
        }
    };
    while let Some((name, value)) = words.member() {
        vector.expect(command_field(&command, version, name) == number(value), name);
    }
    let ignored = version == VERSION_LEGACY && sets_reserved_bits(&frame, layout)
        || command.truncated(command.data) != command.data;
    let again = command.frame(version, layout);
    vector.expect(ignored || again == Some(frame), "is not what is written from its fields");
}

// ---- what no vector says ----

fn check_heads(vector: &mut Vector, heads: &HashMap<[u8; 2], u64>) {
    let read = FromKvm::Hello(Hello {
        layout: Layout::InfoWord,
        nonce: 0,
        read: Command {
            op: Op::Read,
            size_exponent: 0,
            response_wanted: true,
            tag: 0,
            user_data: 0,
            offset: 0,
            data: 0,
        },
    });
    let mut frame = read.frame();
    for head in 0..=u16::MAX {
        let head = head.to_be_bytes();
        frame[..2].copy_from_slice(&head);
        let layout = match FromKvm::parse(&frame) {
            Ok(FromKvm::Hello(hello)) => hello.layout.code().into(),
            _ => 0,
        };
        vector.expect(heads.get(&head).copied().unwrap_or(0) == layout, "another layout");
    }
}

fn check_digest(vector: &mut Vector) {
    vector.expect(crc32c(0, b"123456789") == DIGEST_CHECK, "the check value");
    vector.expect(crc32c(crc32c(0, b"1234"), b"56789") == DIGEST_CHECK, "in two pieces");
}

fn check_tagged_responses(vector: &mut Vector) {
    let mut frame = Response { tag: 5, status: Status::Ok, data: 6 }.frame(VERSION_TAGGED);
    for code in 0..=u16::MAX {
        frame[at::RESPONSE_TAGGED_STATUS..][..2].copy_from_slice(&code.to_le_bytes());
        let parsed = Response::parse(&frame, VERSION_TAGGED);
        let status = Status::from_code(code);
        vector.expect(parsed.map(|response| response.status).ok() == status, "a status");
    }
    frame[at::RESPONSE_TAGGED_STATUS..][..2].copy_from_slice(&[1, 0]);
    for at in at::RESPONSE_TAGGED_STATUS + 2..FRAME_LENGTH {
        frame[at] = 1;
        let violation = Violation { clause: "V2-005", offset: at, seen: 1 };
        let parsed = Response::parse(&frame, VERSION_TAGGED);
        vector.expect(parsed == Err(violation), "a reserved byte");
        frame[at] = 0;
    }
}

fn main() {
    let mut vectors = 0;
    let mut failures = 0;
    let mut heads = HashMap::new();
    let mut pool = Vec::new();
    for line in io::stdin().lock().lines() {
        let line = line.unwrap_or_else(|error| malformed(&error.to_string()));
        let mut words = Words(line.split_whitespace());
        let what = words.next();
        if what == "head" {
            let head = u16::from_str_radix(words.next(), 16).unwrap_or_else(|_| malformed(&line));
            heads.insert(head.to_be_bytes(), words.number());
            continue;
        }
        let mut vector = Vector { id: words.next(), shows: "", failures: 0 };
        match what {
            "frame" => check_frame(&mut vector, &mut words),
            "record" => check_record(&mut vector, &mut words),
            "command" => check_command(&mut vector, &mut words),
            "transcript" => pool.extend(check_transcripts::check(&mut vector, &mut words)),
            _ => malformed(what),
        }
        vectors += 1;
        failures += vector.failures;
    }
    if vectors == 0 {
        malformed("there is no input");
    }
    let mut more = |id, check: &mut dyn FnMut(&mut Vector)| {
        let mut vector = Vector { id, shows: "", failures: 0 };
        check(&mut vector);
        vectors += 1;
        failures += vector.failures;
    };
    if !heads.is_empty() {
        more("read heads", &mut |vector| check_heads(vector, &heads));
    }
    more("digest", &mut check_digest);
    more("tagged responses", &mut check_tagged_responses);
    more("calls", &mut check_calls::check);
    more("random frames", &mut |vector| check_random::check(vector, &pool));
    println!("{} vectors, {} failures", vectors, failures);
    process::exit((failures != 0).into());
}
