package org.ioregionfd.conformance.cli;

/** Entry point of {@code ioregionfd-conformance.jar}. */
public final class ConformanceMain {

    private static final String USAGE =
            "Usage: ioregionfd-conformance [self | device | kvm | replay | doctor | bench] [OPTIONS]";

    private ConformanceMain() {}

    /**
     * Prints how the program is used.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        System.out.println(USAGE);
    }
}
