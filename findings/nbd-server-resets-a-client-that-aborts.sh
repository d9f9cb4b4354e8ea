#!/usr/bin/env bash
# nbd-server, the reference server of NBD, answers the handshake's ABORT with a reset of the connection, not with an ACK.
#
# Versions: nbd-server 1:3.24-1.1 and nbdkit 1.32.5-1 of Debian 12.
# Guess before the run: NBD's text asks for an ACK to NBD_OPT_ABORT, so that both servers send one, and then close.
# Seen: nbdkit sends the ACK, then the end of the stream. nbd-server sends nothing: it closes before it has read the option's length,
# and a Unix socket that is closed over unread bytes gives the other end ECONNRESET.
# What follows: a client of a handshake has to take a reset as the end of the stream, also after an end that it asked for itself.
#
# Needs: apt-get on amd64, dpkg, python3. Exit: 0 as told here, 1 where that has changed, 77 where the packages cannot be had.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
wanted="nbd-server=1:3.24-1.1 nbdkit=1.32.5-1"
# shellcheck disable=SC2086
needed=$(apt-get -s install --no-install-recommends $wanted 2>/dev/null | awk '/^Inst / { print $2 }' || true)
# shellcheck disable=SC2086
apt-get -o APT::Sandbox::User=root -q download $wanted $(grep -vx 'nbd-server\|nbdkit' <<<"$needed" || true) >log 2>&1 ||
    { tail -n 3 log >&2; exit 77; }
for package in *.deb; do dpkg -x "$package" root; done
truncate -s 1M disk
printf '[generic]\nlistenaddr = none\nunixsock = %s\n[disk]\nexportname = %s\n' "$work/nbd-server" "$work/disk" >config

cat >client.py <<'PY'
import os, signal, socket, struct, subprocess, sys, time

root = sys.argv[1]
libraries = [root + path for path in ("/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu")]
environment = dict(os.environ, LD_LIBRARY_PATH=":".join(libraries))
FIXED_NEWSTYLE, ABORT = 1, 2


def receive(client, length):
    received = b""
    while len(received) < length and (more := client.recv(length - len(received))):
        received += more
    return received


def answer_to_abort(path, command):
    server = subprocess.Popen(command, env=environment, start_new_session=True, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 20
        while not os.path.exists(path) and time.monotonic() < until:
            time.sleep(0.05)
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(10)
        client.connect(path)
        receive(client, 18)
        client.sendall(struct.pack(">I8sII", FIXED_NEWSTYLE, b"IHAVEOPT", ABORT, 0))
        seen = []
        while "end of the stream" not in seen and "reset" not in seen:
            try:
                reply = receive(client, 20)
                seen.append(f"reply {struct.unpack('>QIII', reply)[2]}" if reply else "end of the stream")
            except ConnectionResetError:
                seen.append("reset")
        return seen
    finally:
        os.killpg(server.pid, signal.SIGKILL)


plugin = libraries[0] + "/nbdkit/plugins/nbdkit-memory-plugin.so"
nbdkit = answer_to_abort("nbdkit", [root + "/usr/bin/nbdkit", "-f", "-U", "nbdkit", plugin, "size=1M"])
nbd_server = answer_to_abort("nbd-server", [root + "/bin/nbd-server", "-d", "-C", "config", "-p", "pid"])
print("nbdkit:", *nbdkit, "| nbd-server:", *nbd_server)
sys.exit(nbdkit != ["reply 1", "end of the stream"] or nbd_server != ["reset"])
PY
python3 client.py "$work/root"
