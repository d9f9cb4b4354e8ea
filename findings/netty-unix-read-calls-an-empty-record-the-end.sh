#!/usr/bin/env bash
# Netty's Unix FileDescriptor.read gives -1 for an empty SEQPACKET record, as for the end of the stream.
#
# Versions: netty-transport-native-epoll and -unix-common 4.2.18.Final, linux-x86_64; JDK 17 or later.
# Guess before the run: 0 for the empty record, 32 for the next one, -1 only when the other end is closed.
# Seen: -1, then 32, then -1. The channel is alive behind the first -1: recv(2) gives 0 for both, and Netty makes -1 of any 0.
# For a program that reads records through Netty, a -1 alone does not say that the peer is gone.
#
# Needs: java, mvn, python3. Exit: 0 as told here, 1 where that has changed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/pom.xml" <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.netty</groupId>
      <artifactId>netty-transport-native-epoll</artifactId>
      <version>4.2.18.Final</version>
      <classifier>linux-x86_64</classifier>
    </dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" dependency:copy-dependencies "-DoutputDirectory=$work" >&2

cat >"$work/Reads.java" <<'JAVA'
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.FileDescriptor;
import java.nio.ByteBuffer;

public class Reads {
    public static void main(String[] args) throws Exception {
        Epoll.ensureAvailability();
        FileDescriptor end = new FileDescriptor(Integer.parseInt(args[0]));
        ByteBuffer bytes = ByteBuffer.allocateDirect(64);
        System.out.println(end.read(bytes, 0, 64) + " " + end.read(bytes, 0, 64) + " " + end.read(bytes, 0, 64));
    }
}
JAVA

seen=$(python3 - "$work" <<'PYTHON'
import socket, subprocess, sys
ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
ours.send(b"")
ours.send(bytes(32))
ours.close()
work = sys.argv[1]
run = subprocess.run(
    ["java", "-cp", work + "/*", work + "/Reads.java", str(theirs.fileno())],
    pass_fds=[theirs.fileno()], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
print(run.stdout.strip())
PYTHON
)
echo "an empty record, a record of 32 bytes, the end: $seen"
[ "$seen" = "-1 32 -1" ] || exit 1
