package io.leasehold.state.operation;

import java.util.Optional;
import java.util.regex.Pattern;

/** The forms of addresses in a state, by tofu's grammar. Pure. */
enum AddressForm {
    /** All of a module, or of one of its instances. */
    MODULE,
    /** A resource, or one of its instances. */
    RESOURCE,
    /** What was only looked up. */
    DATA;

    private static final int LONGEST = 1000;
    private static final String NAME = "[\\p{L}_][\\p{L}\\p{N}_-]*";

    /** A number, or a text without anything to be evaluated in it. */
    private static final String KEY =
            "(?:\\[(?:0|[1-9][0-9]{0,8}|\""
                    + "(?:[^\"\\\\$%\\p{Cntrl}]|\\\\[\"\\\\nrt]|\\$\\$\\{|%%\\{|\\$(?!\\{)|%(?!\\{))*+"
                    + "\")])?";

    private static final String STEP = "module\\." + NAME + KEY;
    private static final Pattern MODULES = Pattern.compile(STEP + "(?:\\." + STEP + ")*+");
    private static final Pattern THING =
            Pattern.compile(
                    "(?:"
                            + STEP
                            + "\\.)*+(?<data>data\\.)?(?!module\\.|data\\.)"
                            + NAME
                            + "\\."
                            + NAME
                            + KEY);

    /** The form of an address; empty when it is none. */
    static Optional<AddressForm> of(String address) {
        if (address.length() > LONGEST) {
            return Optional.empty();
        }
        if (MODULES.matcher(address).matches()) {
            return Optional.of(MODULE);
        }
        var thing = THING.matcher(address);
        if (!thing.matches()) {
            return Optional.empty();
        }
        return Optional.of(thing.group("data") == null ? RESOURCE : DATA);
    }
}
