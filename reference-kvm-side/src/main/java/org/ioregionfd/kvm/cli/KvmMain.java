package org.ioregionfd.kvm.cli;

/** Entry point of {@code ioregionfd-kvm.jar}. */
public final class KvmMain {

    private static final String USAGE =
            "Usage: ioregionfd-kvm (probe | read | write | driver) (--unix PATH | --fd N) [OPTIONS]";

    private KvmMain() {}

    /**
     * Prints how the program is used.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        System.out.println(USAGE);
    }
}
