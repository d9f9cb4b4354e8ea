// SPDX-License-Identifier: BSD-3-Clause
//! What no vector says of both machines: configurations, deadlines, the window, and commands that
//! never go out.

use crate::ioregionfd_handshake::*;
use crate::Vector;

const HOLDING: Command = Command {
    op: Op::Read,
    size_exponent: 2,
    response_wanted: true,
    tag: 1,
    user_data: 1,
    offset: 0x110,
    data: 0,
};

const KVM: KvmConfig = KvmConfig {
    policy: KvmPolicy::Prefer,
    hello: HelloMode::Detached,
    layout: None,
    user_data: 0,
    versions: VERSIONS_KNOWN,
    features: !0,
    required_features: 0,
    max_inflight: 2,
    pin: None,
};

const DEVICE: DeviceConfig = DeviceConfig {
    policy: DevicePolicy::Allow,
    layout: Layout::InfoWord,
    versions: VERSIONS_KNOWN,
    features: !0,
    required_features: 0,
    max_inflight: DEFAULT_WINDOW,
    grease_versions: !0,
    grease_features: !0,
};

fn pin(version: u16, features: u64) -> Option<Record> {
    let terms = Terms { version, max_inflight: 1, features };
    Some(Record { terms, layout: Some(Layout::ByteFields) })
}

pub fn check(vector: &mut Vector) {
    check_configurations(vector);
    check_never(vector);
    check_device(vector);
    check_fence(vector);
    if check_channel(vector).is_none() {
        vector.expect(false, "the two do not open");
    }
}

/// [POL-003] [POL-001] [REC-001]
fn check_configurations(vector: &mut Vector) {
    let (off, required, attached) = (KvmPolicy::Off, KvmPolicy::Require, HelloMode::Attached);
    let fence = FEATURE_FENCE;
    let refused = [
        KvmConfig { pin: pin(0, 0), policy: required, ..KVM },
        KvmConfig { pin: pin(1, 0), policy: off, ..KVM },
        KvmConfig { pin: pin(1, 0), versions: 1 << 2, ..KVM },
        KvmConfig { pin: pin(2, fence), features: 0, ..KVM },
        KvmConfig { pin: pin(2, 0), required_features: fence, ..KVM },
        KvmConfig { pin: pin(0, 0), required_features: fence, ..KVM },
        KvmConfig { pin: pin(1, 0), hello: attached, ..KVM },
        KvmConfig { policy: required, versions: 0, ..KVM },
        KvmConfig { policy: required, hello: attached, ..KVM },
        KvmConfig { features: 0, required_features: fence, ..KVM },
    ];
    for config in refused {
        vector.expect(Kvm::new(config).err() == Some("POL-003"), "a configuration is taken");
    }
    for config in [
        KvmConfig { pin: pin(0, 0), versions: 0, ..KVM },
        KvmConfig { pin: pin(2, fence), required_features: fence, ..KVM },
        KvmConfig { policy: KvmPolicy::Prefer, versions: 0, ..KVM },
        KvmConfig { policy: off, hello: attached, ..KVM },
    ] {
        let hello = Kvm::new(config).map(|mut kvm| kvm.hello(None, 0).is_some());
        let negotiates =
            config.policy != off && !matches!(config.pin, Some(pin) if pin.terms.version == 0);
        vector.expect(hello == Ok(negotiates), "a HELLO where there is to be none, or none");
    }
    let unknown = Kvm::new(KvmConfig { pin: pin(3, 0), versions: !0, ..KVM });
    vector.expect(unknown.err() == Some("REC-003"), "a pin that is no record");
    let pinned = Kvm::new(KvmConfig { pin: pin(1, 0), ..KVM }).map(|mut kvm| {
        let hello = kvm.hello(None, 0);
        vector.expect(hello.map_or(1, |hello| hello[0]) == 0, "the layout of a pin");
        kvm.receive(&[0; FRAME_LENGTH]);
        kvm.violation().map(|violation| violation.clause)
    });
    vector.expect(pinned == Ok(Some("KST-003")), "a pin is no REQUIRE");
}

/// [V0-004] [FEA-002] [KST-010]
fn check_never(vector: &mut Vector) {
    let hidden = Command { offset: HELLO_OFFSET, ..HOLDING };
    let fence = Command { op: Op::Fence, ..HOLDING };
    let too_long = Command { size_exponent: 4, ..HOLDING };
    for policy in [KvmPolicy::Off, KvmPolicy::Prefer] {
        let config = KvmConfig { policy, hello: HelloMode::Attached, ..KVM };
        if let Ok(mut kvm) = Kvm::new(config) {
            let negotiates = policy == KvmPolicy::Prefer;
            for command in [hidden, fence, too_long] {
                vector.expect(kvm.send(&command) == Sending::Never, "a command is sent");
                vector.expect(kvm.hello(Some(&command), 0).is_none(), "a HELLO is sent");
            }
            vector.expect((kvm.send(&HOLDING) == Sending::Later) == negotiates, "a READ");
            vector.expect(kvm.hello(Some(&HOLDING), 0).is_some() == negotiates, "its HELLO");
            vector.expect(!kvm.deadline(), "an attached HELLO is waited for");
        }
    }
}

/// [GRS-001] [HEL-011]
fn check_device(vector: &mut Vector) {
    let mut device = Device::new(DeviceConfig { policy: DevicePolicy::Require, ..DEVICE });
    let hello = Hello { layout: Layout::InfoWord, nonce: 3, read: HOLDING };
    let frame = FromKvm::Hello(hello).frame();
    vector.expect(device.offer(0).is_none(), "an OFFER that answers nothing");
    let performs =
        matches!(device.receive(&frame), DeviceReaction::Perform(read) if read.offset == 0x110);
    vector.expect(performs, "an attached HELLO is performed");
    let offer = device.offer(5).map(|offer| FromDevice::parse(&offer));
    let expected = Offer {
        value: 5,
        nonce: 3,
        max_inflight: DEFAULT_WINDOW,
        features: features_of(VERSION_TAGGED),
        versions: VERSIONS_KNOWN,
        reserved: 0,
    };
    vector.expect(offer == Some(Ok(FromDevice::Offer(expected))), "the OFFER under REQUIRE");
    device.receive(&frame);
    vector.expect(device.receive(&frame) == DeviceReaction::Close, "a frame before the OFFER");
}

/// [VIO-003]
fn check_fence(vector: &mut Vector) {
    let fence = Command { op: Op::Fence, size_exponent: 0, user_data: 0, offset: 0, ..HOLDING };
    let terms = Terms { version: VERSION_TAGGED, max_inflight: 1, features: FEATURE_FENCE };
    let frame = fence.frame(VERSION_TAGGED, Layout::InfoWord).unwrap_or([0; FRAME_LENGTH]);
    for at in [1].into_iter().chain(at::COMMAND_TAGGED_USER_DATA..FRAME_LENGTH) {
        let mut frame = frame;
        frame[at] = 1;
        let seen = Command::parse(&frame, &terms, Layout::InfoWord).map_err(|broken| broken.clause);
        vector.expect(seen == Err("VIO-003"), "a field of a FENCE");
    }
}

/// [KST-005] [WIN-001]
fn check_channel(vector: &mut Vector) -> Option<()> {
    let mut device = Device::new(DEVICE);
    let mut kvm = Kvm::new(KVM).ok()?;
    let hello = kvm.hello(None, 9)?;
    vector.expect(kvm.clone().deadline(), "a detached HELLO is waited for without an end");
    if let DeviceReaction::Send(offer) = device.receive(&hello) {
        kvm.receive(&offer);
    }
    vector.expect(!kvm.deadline(), "a user who waits fails the channel");
    let select = kvm.select()?;
    vector.expect(kvm.clone().deadline(), "a SELECT is waited for without an end");
    if let DeviceReaction::Send(accept) = device.receive(&select) {
        kvm.receive(&accept);
    }
    let other = Command { tag: 2, ..HOLDING };
    let third = Command { tag: 3, ..HOLDING };
    let posted = Command { op: Op::Write, tag: 0, response_wanted: false, ..HOLDING };
    let read = kvm.send(&HOLDING);
    for (command, now) in [(other, true), (third, false), (posted, true), (third, false)] {
        let sent = matches!(kvm.send(&command), Sending::Now(_));
        vector.expect(sent == now, "the window of a KVM side");
    }
    vector.expect(kvm.send(&Command { tag: 0, ..third }) == Sending::Never, "a READ without a tag");
    kvm.receive(&HOLDING.done(1).frame(VERSION_TAGGED));
    vector.expect(kvm.send(&third) != Sending::Later, "a response makes room");
    match read {
        Sending::Now(frame) if device.receive(&frame) == DeviceReaction::Serve(HOLDING) => Some(()),
        _ => None,
    }
}
