#!/usr/bin/env bash
# A Netty event loop that is shut down without a quiet period by a task of its own ends, and leaves its channels open.
#
# Versions: netty-transport-native-epoll 4.2.18.Final, linux-x86_64; JDK 17 or later.
# Guess before the run: when the loop has terminated, its channels are closed, whoever asked it to end.
# Seen: where another thread asks while the loop sleeps, the channel is closed. Where a task of the loop asks, the loop terminates at once
# and the channel stays open: it looks for channels to close only between its I/O and its tasks.
# A server that one of its own handlers may stop has to close its channels itself before it ends the loop. A loop that never sleeps can
# meet the same gap by chance.
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

cat >"$work/Ends.java" <<'JAVA'
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.util.concurrent.TimeUnit;

public class Ends {
    public static void main(String[] args) throws Exception {
        for (String by : new String[] {"thread", "task"}) {
            var loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
            var channel = new ServerBootstrap()
                    .group(loops)
                    .channel(EpollServerDomainSocketChannel.class)
                    .childHandler(new ChannelInboundHandlerAdapter())
                    .bind(new DomainSocketAddress(args[0] + "/" + by))
                    .sync()
                    .channel();
            Runnable end = () -> loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            if (by.equals("task")) {
                loops.next().execute(end);
            } else {
                Thread.sleep(500); // by then the loop sleeps
                end.run();
            }
            loops.terminationFuture().sync();
            System.out.print(by + " " + (channel.isOpen() ? "open " : "closed "));
        }
    }
}
JAVA

seen=$(java -cp "$work/*" "$work/Ends.java" "$work")
echo "$seen"
[ "$seen" = "thread closed task open " ] || exit 1
