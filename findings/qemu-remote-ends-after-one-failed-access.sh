#!/usr/bin/env bash
# QEMU's remote device process (machine x-remote) answers the first access that fails with 64 ones, and ends with status 0.
#
# Versions: qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3 of Debian 12, machine x-remote, device tpci200.
# Guess before the run: a READ of 1 byte where no register is gives what this QEMU's own bus gives, 0; and the next is served.
# Seen: the answer is ffffffffffffffff, wider than the access; the process says "Bad address" on stderr, closes the socket and
# exits with 0, as after a shutdown that somebody wanted.
# What follows: who starts such a process cannot tell this end from a regular one, and one stray READ of a guest costs the device.
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

cat >proxy.py <<'PY'
import os, socket, struct, subprocess, sys

PCI_CFGWRITE, BAR_READ = 2, 5

root = sys.argv[1]
libraries = ":".join(root + path for path in ("/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu"))
ours, theirs = socket.socketpair()
ours.settimeout(10)
qemu = subprocess.Popen(
    [root + "/usr/bin/qemu-system-x86_64", "-L", root + "/usr/share/qemu", "-machine", "x-remote", "-accel", "tcg",
     "-nodefaults", "-display", "none", "-monitor", "none", "-device", "tpci200,id=device",
     "-object", f"x-remote-object,id=remote,devid=device,fd={theirs.fileno()}"],
    env=dict(os.environ, LD_LIBRARY_PATH=libraries), pass_fds=[theirs.fileno()],
    stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
theirs.close()


def asked(command, body):
    """A message is a command, four bytes of padding, the length of its body, and the body; so is its answer."""
    ours.sendall(struct.pack("<i4xQ", command, len(body)) + body)
    answer = ours.recv(24, socket.MSG_WAITALL)
    return struct.unpack("<16xQ", answer)[0]


def read(address, size):
    return asked(BAR_READ, struct.pack("<QQI?3x", address, 0, size, True))


asked(PCI_CFGWRITE, struct.pack("<IIi", 0x10, 0xFE000000, 4))
asked(PCI_CFGWRITE, struct.pack("<IIi", 0x04, 2, 2))
register = read(0xFE000000, 4)
print(f"a register, 4 bytes: {register:#x}")
failed = read(0xFD000000, 1)
print(f"no register, 1 byte: {failed:#x}")
said = qemu.communicate(timeout=10)[1].strip()
print(f"stderr: {said.split(', pid')[0]}")
print(f"exit status: {qemu.returncode}")
sys.exit(register != 0xFFFFF00 or failed != 2**64 - 1 or "Bad address" not in said or qemu.returncode != 0)
PY
python3 proxy.py "$work/root"
