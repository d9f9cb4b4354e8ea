// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import org.ioregionfd.conformance.rules.Setup.Hello;

/**
 * What a user of K says when he connects. What he leaves out, an empty word or a number below 0, has its default.
 *
 * @param policy a word of annex A
 * @param hello a word of annex A: how the HELLO goes
 * @param layout the label of one
 * @param versions those that are allowed, as a bitmap
 * @param features those that are allowed, as a bitmap
 * @param required features, as a bitmap
 */
public record Options(
        String policy,
        String hello,
        String layout,
        int versions,
        long features,
        long required,
        int window,
        int nonce,
        Pin pin) {
    private static final Registry KNOWN = Registry.known();
    private static final int ALL_VERSIONS = 0b110;
    private static final int WINDOW = 64;

    /** Of a K whose user says nothing. */
    public static final Options NONE = new Options("", "", "", -1, -1, -1, -1, -1, Pin.NONE);

    /**
     * A right record.
     *
     * @param version below 0 for no pin
     * @param layout 1 info-word, 2 byte-fields, 0 none
     */
    public record Pin(int version, int layout, long features, int window) {
        /** No pin. */
        public static final Pin NONE = new Pin(-1, 0, 0, 1);
    }

    /** The same with this policy. */
    public Options withPolicy(String other) {
        return new Options(other, hello, layout, versions, features, required, window, nonce, pin);
    }

    /** The same with this mode of the HELLO. */
    public Options withHello(String other) {
        return new Options(policy, other, layout, versions, features, required, window, nonce, pin);
    }

    /** The same with this layout. */
    public Options withLayout(Dialect other) {
        return new Options(policy, hello, other.label(), versions, features, required, window, nonce, pin);
    }

    /** Whether K must refuse them. POL-003 */
    public boolean isContradiction() {
        if ((demanded() & ~allowed()) != 0) {
            return true;
        }
        return switch (pin.version) {
            case -1 -> policy.equals("require") && (allowedVersions() == 0 || hello.equals("attached"));
            case 0 -> policy.equals("require") || demanded() != 0;
            default ->
                policy.equals("off")
                        || hello.equals("attached")
                        || (allowedVersions() >>> pin.version & 1) == 0
                        || (pin.features & ~allowed()) != 0
                        || (demanded() & ~pin.features) != 0;
        };
    }

    /** Whether K must not send a HELLO. POL-001 */
    public boolean isWithoutHello() {
        return policy.equals("off") || pin.version == 0;
    }

    /** Whether K sends its HELLO at once. POL-002, REC-001 */
    public boolean isDetached() {
        return !isWithoutHello() && setup().hello() != Hello.PREFER_ATTACHED;
    }

    /** The layout of the HELLO and of version 0. REC-005 */
    public Dialect dialect() {
        boolean isByteFields = layout.isEmpty() ? pin.layout == 2 : layout.equals(Dialect.BYTE_FIELDS.label());
        return isByteFields ? Dialect.BYTE_FIELDS : Dialect.INFO_WORD;
    }

    /** What they come to where K sends a HELLO. */
    public Setup setup() {
        boolean isDemanding = policy.equals("require") || pin.version > 0;
        return new Setup(
                dialect() == Dialect.BYTE_FIELDS,
                isDemanding ? Hello.REQUIRE : hello.equals("detached") ? Hello.PREFER_DETACHED : Hello.PREFER_ATTACHED,
                allowedVersions(),
                allowed(),
                demanded(),
                window < 0 ? WINDOW : window,
                Math.max(pin.version, 0),
                pin.features,
                pin.window);
    }

    private int allowedVersions() {
        return versions < 0 ? ALL_VERSIONS : versions;
    }

    private long allowed() {
        return features < 0 ? KNOWN.featureMask() : features;
    }

    private long demanded() {
        return Math.max(required, 0);
    }
}
