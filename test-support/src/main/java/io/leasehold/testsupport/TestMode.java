package io.leasehold.testsupport;

import java.util.Locale;

/** Where tests get their Postgres and Kafka from: {@code LEASEHOLD_TEST_MODE}, else embedded. */
enum TestMode {
    /** Real servers as processes of this machine; needs no container engine. */
    EMBEDDED;

    static TestMode current() {
        String set = System.getenv().getOrDefault("LEASEHOLD_TEST_MODE", "embedded");
        for (TestMode mode : values()) {
            if (mode.name().toLowerCase(Locale.ROOT).equals(set)) {
                return mode;
            }
        }
        throw new IllegalStateException(
                "LEASEHOLD_TEST_MODE=" + set + " is not known; the one mode is 'embedded'");
    }
}
