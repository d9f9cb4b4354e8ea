package org.ioregionfd.device.cli;

/** Entry point of {@code ioregionfd-device.jar}. */
public final class DeviceMain {

    private static final String USAGE = "Usage: ioregionfd-device serve (--unix PATH | --fd N) [OPTIONS]";

    private DeviceMain() {}

    /**
     * Prints how the program is used.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        System.out.println(USAGE);
    }
}
