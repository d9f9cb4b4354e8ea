#!/usr/bin/env bash
# QEMU's vhost-user back end sends a request's need_reply bit back in the reply, and obeys the bit before it is negotiated.
#
# Versions: qemu-system-common 1:7.2+dfsg-7+deb12u18+b3 of Debian 12, qemu-storage-daemon with an export of type vhost-user-blk.
# Guess before the run: the flags of every reply are 0x5 (version 1, reply), and need_reply means nothing before REPLY_ACK is agreed.
# Seen: a GET_FEATURES with need_reply is answered with flags 0xd; a SET_OWNER with need_reply is answered on a fresh connection,
# where no protocol feature was set; and so is GET_MAX_MEM_SLOTS, whose feature nobody acknowledged either.
# What follows: a front end that compares the flags of a reply as a whole fails; and one that forgets to negotiate does not notice.
#
# Needs: apt-get on amd64, dpkg, python3. Exit: 0 as told here, 1 where that has changed, 77 where the packages cannot be had.
set -euo pipefail
version=1:7.2+dfsg-7+deb12u18+b3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
needed=$(apt-get -s install --no-install-recommends "qemu-system-common=$version" "qemu-utils=$version" 2>/dev/null |
    awk '/^Inst / { print $2 }' || true)
# shellcheck disable=SC2086
apt-get -o APT::Sandbox::User=root -q download "qemu-system-common=$version" \
    $(grep -vx qemu-system-common <<<"$needed" || true) >log 2>&1 ||
    { tail -n 3 log >&2; exit 77; }
for package in *.deb; do dpkg -x "$package" root; done
truncate -s 1M disk

cat >front.py <<'PY'
import os, socket, struct, subprocess, sys, time

GET_FEATURES, SET_OWNER, GET_MAX_MEM_SLOTS = 1, 3, 36
VERSION, REPLY, NEED_REPLY = 1, 4, 8

root = sys.argv[1]
libraries = ":".join(root + path for path in ("/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu"))
back = subprocess.Popen(
    [root + "/usr/bin/qemu-storage-daemon", "--blockdev", "driver=file,node-name=disk,filename=disk", "--export",
     "type=vhost-user-blk,id=export,node-name=disk,addr.type=unix,addr.path=socket,writable=on"],
    env=dict(os.environ, LD_LIBRARY_PATH=libraries))
until = time.monotonic() + 20
while not os.path.exists("socket") and time.monotonic() < until:
    time.sleep(0.05)
front = socket.socket(socket.AF_UNIX)
front.settimeout(10)
front.connect("socket")


def flags_of_reply(name, request, flags):
    front.sendall(struct.pack("<III", request, VERSION | flags, 0))
    answered, seen, length = struct.unpack("<III", front.recv(12, socket.MSG_WAITALL))
    front.recv(length, socket.MSG_WAITALL)
    print(f"{name}, flags {VERSION | flags:#x}: answered with flags {seen:#x}")
    return seen


try:
    seen = [
        flags_of_reply("SET_OWNER", SET_OWNER, NEED_REPLY),
        flags_of_reply("GET_MAX_MEM_SLOTS", GET_MAX_MEM_SLOTS, 0),
        flags_of_reply("GET_FEATURES", GET_FEATURES, 0),
        flags_of_reply("GET_FEATURES", GET_FEATURES, NEED_REPLY),
    ]
finally:
    back.kill()
sys.exit(seen != [0x5, 0x5, 0x5, 0xD])
PY
python3 front.py "$work/root"
