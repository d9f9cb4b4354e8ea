// SPDX-License-Identifier: BSD-3-Clause
//! A device process: serves the conformance device (`spec/handshake.md`, annex B) with every feature
//! of version 2. A thread for each channel, blocking I/O: what answers a frame is written before the
//! next one is read.
//!
//!     example-device --unix PATH [--layout info-word|byte-fields] [--versions 1,2]
//!                    [--policy off|allow|require]
//!
//! Exit status: 2 wrong usage; 3 cannot listen. A signal ends it, and leaves its socket behind.

#![forbid(unsafe_code)]

mod conformance_device;
mod ioregionfd_handshake;

use conformance_device::ConformanceDevice;
use ioregionfd_handshake::{
    Device, DeviceConfig, DevicePolicy, DeviceReaction, Frame, Layout, Violation, DEFAULT_WINDOW,
    FRAME_LENGTH, REJECT_DRAIN_MILLIS, VERSIONS_KNOWN,
};
use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::time::{Duration, Instant};
use std::{env, process, thread};

const STACK_BYTES: usize = 128 << 10;
/// [CHN-011] allows 1 s.
const CLOSE_PATIENCE: Duration = Duration::from_millis(900);

/// [CHN-002] The next frame; at the end of the stream nothing, or CHN-004 where it cuts a frame.
fn receive(socket: &mut UnixStream) -> Result<Frame, Option<Violation>> {
    let mut frame = [0; FRAME_LENGTH];
    let mut filled = 0;
    let mut reset = false;
    while filled < FRAME_LENGTH {
        match socket.read(&mut frame[filled..]) {
            Ok(0) if filled > 0 => {
                return Err(Some(Violation { clause: "CHN-004", offset: 0, seen: filled as u64 }));
            }
            Ok(0) => return Err(None),
            Ok(length) => filled += length,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // [CHN-008] what lies behind it, if only the end
            Err(error) if error.kind() == ErrorKind::ConnectionReset && !reset => reset = true,
            Err(_) => return Err(None),
        }
    }
    Ok(frame)
}

/// Serves a channel until it has to be closed, which who drops the socket does.
fn serve(socket: &mut UnixStream, device: &mut Device) -> Result<(), Option<Violation>> {
    let mut model = ConformanceDevice::new();
    let mut unheard: Option<Instant> = None;
    while unheard.map_or(true, |since| since.elapsed() < CLOSE_PATIENCE) {
        let frame = receive(socket)?;
        let answer: Vec<Frame> = match device.receive(&frame) {
            DeviceReaction::Serve(command) => model.serve(&command, device.terms())?,
            DeviceReaction::Perform(read) => {
                let value = model.perform(&read).data;
                device.offer(value).into_iter().collect()
            }
            DeviceReaction::Send(frame) => vec![frame],
            DeviceReaction::Reject(frame) => {
                return end(socket, &frame).map_err(|_| None);
            }
            DeviceReaction::Close | DeviceReaction::Discard => return Ok(()),
        };
        // [CHN-003] each frame once, and from its first byte to its last
        if unheard.is_none() && socket.write_all(&answer.concat()).is_err() {
            // [CHN-008] as good as the end of the stream: [CHN-014] only what came before is still served
            unheard = Some(Instant::now());
            socket.set_nonblocking(true).map_err(|_| None)?;
        }
    }
    Ok(())
}

/// [REJ-001] K reads the end of the stream behind the REJECT; what it sends meanwhile is discarded.
fn end(socket: &mut UnixStream, reject: &Frame) -> io::Result<()> {
    let patience = Duration::from_millis(REJECT_DRAIN_MILLIS);
    let end = Instant::now() + patience;
    let mut discarded = [0; 1024];
    socket.set_write_timeout(Some(patience))?;
    socket.write_all(reject)?;
    socket.shutdown(Shutdown::Write)?;
    loop {
        // a time of 0 is refused: that ends it too
        socket.set_read_timeout(Some(end.saturating_duration_since(Instant::now())))?;
        match socket.read(&mut discarded) {
            Ok(0) => return Ok(()),
            Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
    }
}

fn channel(mut socket: UnixStream, config: DeviceConfig) {
    let mut device = Device::new(config);
    if let Err(violation) = serve(&mut socket, &mut device) {
        device.close(violation);
    }
    if let Some(Violation { clause, offset, seen }) = device.violation() {
        eprintln!("example-device: closed by {}, byte {}, seen 0x{:x}", clause, offset, seen);
    }
}

fn listen(path: &str, config: DeviceConfig) -> io::Result<()> {
    let listener = UnixListener::bind(path)?;
    let mut out = io::stdout();
    writeln!(out, "listening {}", path).and_then(|_| out.flush())?;
    for socket in listener.incoming() {
        let thread = thread::Builder::new().stack_size(STACK_BYTES);
        let served = socket.and_then(|socket| thread.spawn(move || channel(socket, config)));
        if let Err(error) = served {
            // out of descriptors or of threads: until a channel has ended there is no other
            eprintln!("example-device: {}", error);
            thread::sleep(Duration::from_millis(10));
        }
    }
    Ok(())
}

fn usage() -> ! {
    eprintln!("usage: example-device --unix PATH [--layout info-word|byte-fields]");
    eprintln!("                      [--versions 1|2|1,2] [--policy off|allow|require]");
    process::exit(2)
}

fn main() {
    let mut config = DeviceConfig {
        policy: DevicePolicy::Allow,
        layout: Layout::InfoWord,
        versions: VERSIONS_KNOWN,
        features: u64::MAX,
        required_features: 0,
        max_inflight: DEFAULT_WINDOW,
        grease_versions: 1 << 27, // [GRS-001] constant for a build
        grease_features: 1 << 51,
    };
    let mut path = None;
    // a word that is not UTF-8 is refused, as it cannot be shown as it is
    let mut arguments =
        env::args_os().skip(1).map(|word| word.into_string().unwrap_or_else(|_| usage()));
    while let Some(name) = arguments.next() {
        let value = arguments.next().unwrap_or_default();
        match (name.as_str(), value.as_str()) {
            ("--unix", at) if !at.is_empty() => path = Some(at.to_string()),
            ("--layout", "info-word") => config.layout = Layout::InfoWord,
            ("--layout", "byte-fields") => config.layout = Layout::ByteFields,
            ("--versions", "1") => config.versions = 1 << 1,
            ("--versions", "2") => config.versions = 1 << 2,
            ("--versions", "1,2") => config.versions = VERSIONS_KNOWN,
            ("--policy", "off") => config.policy = DevicePolicy::Off,
            ("--policy", "allow") => config.policy = DevicePolicy::Allow,
            ("--policy", "require") => config.policy = DevicePolicy::Require,
            _ => usage(),
        }
    }
    let path = path.unwrap_or_else(|| usage());
    if let Err(error) = listen(&path, config) {
        eprintln!("example-device: cannot listen at {}: {}", path, error);
        process::exit(3);
    }
}
