#!/usr/bin/env bash
# Netty's EpollDomainSocketChannel, made of a descriptor number, leaves a blocking descriptor blocking.
#
# Versions: netty-transport-native-epoll 4.2.18.Final, linux-x86_64; JDK 17 or later.
# Guess before the run: the constructor sets O_NONBLOCK, since an event loop must never wait in read(2).
# Seen: the descriptor is still blocking after the constructor and after the channel was registered with its loop.
# A program that adopts an inherited descriptor should set O_NONBLOCK before. Otherwise a write to a peer that does not read waits in the
# kernel, on the thread of the event loop.
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

cat >"$work/Adopts.java" <<'JAVA'
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;

public class Adopts {
    public static void main(String[] args) throws Exception {
        var loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        var channel = new EpollDomainSocketChannel(Integer.parseInt(args[0]));
        System.out.println("made");
        System.in.read();
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter());
        loop.register(channel).sync();
        System.out.println("registered");
        System.in.read();
        channel.close().sync();
        loop.shutdownGracefully();
    }
}
JAVA

seen=$(python3 - "$work" <<'PYTHON'
import os, socket, subprocess, sys
ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
work = sys.argv[1]
run = subprocess.Popen(
    ["java", "-cp", work + "/*", work + "/Adopts.java", str(theirs.fileno())],
    pass_fds=[theirs.fileno()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
for _ in range(2):
    step = run.stdout.readline().strip()
    print(step, "blocking" if os.get_blocking(theirs.fileno()) else "non-blocking", end=" ")
    run.stdin.write("\n")
    run.stdin.flush()
run.wait()
PYTHON
)
echo "$seen"
[ "$seen" = "made blocking registered blocking " ] || exit 1
