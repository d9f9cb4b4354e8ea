#!/usr/bin/env bash
# QEMU's x86 machine reads zeros where no device answers in memory, and ones where none answers at a port.
#
# Versions: qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3 of Debian 12, machine q35.
# Guess before the run: all ones for both, as a PC's bus gives; and ones too where a device refuses the size of an access.
# Seen: a memory read that no device answers gives 0 in every size, and a port read gives ones in its size. The device "edu", whose
# registers are 4 bytes wide, gives 0 for a READ of 1 or 2 bytes, and ones for one of 8 bytes at the same register.
# What follows: a device that moves out of QEMU behind a channel whose failed READ gives ones shows its guest another value.
#
# Needs: apt-get on amd64, dpkg, python3. Exit: 0 as told here, 1 where that has changed, 77 where the packages cannot be had.
set -euo pipefail
version=1:7.2+dfsg-7+deb12u18+b3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
needed=$(apt-get -s install --no-install-recommends "qemu-system-x86=$version" 2>/dev/null | awk '/^Inst / { print $2 }' || true)
# shellcheck disable=SC2086
apt-get -o APT::Sandbox::User=root -q download "qemu-system-x86=$version" qemu-system-data seabios \
    $(grep -vx 'qemu-system-x86\|qemu-system-data\|seabios' <<<"$needed" || true) >log 2>&1 ||
    { tail -n 3 log >&2; exit 77; }
for package in *.deb; do dpkg -x "$package" root; done

cat >reads.py <<'PY'
import os, subprocess, sys

root = sys.argv[1]
libraries = ":".join(root + path for path in ("/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu"))
asked = [
    ("memory, 1 byte", "readb 0xfd000000", "0x0000000000000000"),
    ("memory, 4 bytes", "readl 0xfd000000", "0x0000000000000000"),
    ("memory, 8 bytes", "readq 0xfd000000", "0x0000000000000000"),
    ("port, 1 byte", "inb 0x500", "0x00ff"),
    ("port, 2 bytes", "inw 0x500", "0xffff"),
    ("port, 4 bytes", "inl 0x500", "0xffffffff"),
    # BAR 0 of the device at 0xfe000000, memory decoding on
    (None, "outl 0xcf8 0x80002810", None),
    (None, "outl 0xcfc 0xfe000000", None),
    (None, "outl 0xcf8 0x80002804", None),
    (None, "outw 0xcfc 0x2", None),
    ("edu, 4 bytes", "readl 0xfe000000", "0x00000000010000ed"),
    ("edu, 1 byte", "readb 0xfe000000", "0x0000000000000000"),
    ("edu, 2 bytes", "readw 0xfe000000", "0x0000000000000000"),
    ("edu, 8 bytes", "readq 0xfe000000", "0xffffffffffffffff"),
]
qemu = subprocess.Popen(
    [root + "/usr/bin/qemu-system-x86_64", "-L", root + "/usr/share/qemu", "-L", root + "/usr/share/seabios", "-S",
     "-machine", "q35", "-accel", "tcg", "-nodefaults", "-display", "none", "-device", "edu,addr=5", "-qtest", "stdio"],
    env=dict(os.environ, LD_LIBRARY_PATH=libraries), text=True,
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
changed = 0
for what, line, expected in asked:
    print(line, file=qemu.stdin, flush=True)
    answer = qemu.stdout.readline().split()
    if what is not None:
        print(f"{what}: {answer[1]}")
        changed |= answer[1] != expected
qemu.kill()
sys.exit(changed)
PY
python3 reads.py "$work/root"
