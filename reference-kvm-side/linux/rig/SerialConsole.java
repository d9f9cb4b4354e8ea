// SPDX-License-Identifier: BSD-3-Clause
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.device.DeviceModel;
import org.ioregionfd.device.model.Uart16550;
import org.ioregionfd.device.netty.NettyDeviceServer;
import org.ioregionfd.device.server.DeviceServer;
import org.ioregionfd.device.server.ServerOptions;

/** The serial port of the Java device side, with standard input as its line's other end: {@code SerialConsole SOCKET}. */
public final class SerialConsole {
    private static final int MILLIS_BETWEEN_BYTES = 20;

    private SerialConsole() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        AtomicReference<Uart16550> port = new AtomicReference<>();
        ServerOptions options = ServerOptions.serving(DeviceModel.of(1, Uart16550.LENGTH, () -> {
            port.set(new Uart16550(SerialConsole::show));
            return port.get();
        }));
        try (DeviceServer server = NettyDeviceServer.open(options)) {
            server.listen(Attachment.ofUnix(arguments[0]));
            System.out.println("listening " + arguments[0]);
            for (int typed = System.in.read(); typed >= 0; typed = System.in.read()) {
                Uart16550 line = port.get();
                if (line == null) {
                    continue; // nobody is connected, and nobody hears it
                }
                line.receive(typed);
                Thread.sleep(MILLIS_BETWEEN_BYTES); // as somebody types, who does not overrun the FIFO
            }
        }
    }

    private static void show(int sent) {
        System.out.write(sent);
        System.out.flush();
    }
}
