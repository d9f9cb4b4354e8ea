#!/usr/bin/env bash
# Netty's EpollServerDomainSocketChannel removes what is at the path that it binds to, a regular file too, and removes the path at its end.
#
# Versions: netty-transport-native-epoll 4.2.18.Final, linux-x86_64; JDK 17 or later.
# Guess before the run: the bind fails with EADDRINUSE, as bind(2) does where something is, and the file stays.
# Seen: the bind succeeds and the file is gone. A second server binds to the same path as well, and the first one, which nobody
# reaches any more, removes the second one's socket when it is closed.
# A server with a path that a user chose should look at what is there itself, and bind and remove under a lock.
#
# Needs: java, mvn. Exit: 0 as told here, 1 where that has changed.
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

cat >"$work/Binds.java" <<'JAVA'
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

public class Binds {
    public static void main(String[] args) throws Exception {
        Path path = Path.of(args[0]);
        Files.writeString(path, "somebody's text");
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        ServerBootstrap server = new ServerBootstrap()
                .group(group)
                .channel(EpollServerDomainSocketChannel.class)
                .childHandler(new ChannelInboundHandlerAdapter());
        Channel first = server.bind(new DomainSocketAddress(args[0])).sync().channel();
        System.out.print(Files.isRegularFile(path) ? "file" : "no file");
        Channel second = server.bind(new DomainSocketAddress(args[0])).sync().channel();
        first.close().sync();
        System.out.println(", " + (Files.exists(path) ? "socket" : "no socket") + " of the second " + second.isOpen());
        group.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS).sync();
    }
}
JAVA

seen=$(java -cp "$work/*" "$work/Binds.java" "$work/path" 2>/dev/null)
echo "after the first bind, and after the first one's close: $seen"
[ "$seen" = "no file, no socket of the second true" ] || exit 1
