// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A test driver that misbehaves in every way on demand; a program of its own, with the socket as its argument. */
final class OddDriver {
    private static final Pattern REQUEST = Pattern.compile("\\{\"id\":(\\d+),\"op\":\"([a-z-]+)\".*");

    private OddDriver() {}

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        String held = "";
        int code = 0;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Matcher request = REQUEST.matcher(line);
            if (!request.matches()) {
                System.out.println("{\"id\":null,\"status\":\"error\",\"error\":\"usage\"}");
                continue;
            }
            String refused = "{\"id\":" + request.group(1) + ",\"status\":\"error\",\"error\":\"no-peer\"}";
            String done = "{\"id\":" + request.group(1) + ",\"status\":\"done\",\"value\":\"0xffffffffffffffff\"}";
            switch (request.group(2)) {
                case "connect" -> {
                    if (line.contains("refuse")) {
                        System.out.println(refused);
                        break;
                    }
                    if (line.contains("exit")) {
                        System.exit(3);
                    }
                    channel.close();
                    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                    channel.connect(UnixDomainSocketAddress.of(args[0]));
                    System.out.println(done);
                }
                case "close" -> {
                    channel.close();
                    System.out.println(done);
                }
                case "hold" -> held = done;
                case "release" -> System.out.println(done + "\n" + held);
                case "twice" -> System.out.println(done + "\n" + done);
                case "junk" -> System.out.println("not JSON");
                case "end-badly" -> {
                    System.out.println(done);
                    code = 4;
                }
                case "exit" -> {
                    System.err.println("out of\nsteam");
                    System.exit(3);
                }
                default -> System.out.println("{\"id\":" + request.group(1) + ",\"status\":\"unsupported\"}");
            }
        }
        if (!held.isEmpty()) {
            System.out.println(held);
        }
        System.exit(code);
    }
}
