package io.leasehold.provisioner.runner;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.Claim;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Makes of a failure what is the same for all tenants that fail alike: the code, and the words
 * without what is a tenant's: its name, the values of its inputs, what is quoted, and whatever has
 * a digit in it, such as ids, addresses, ports and times. Pure.
 */
final class Fingerprint {

    private static final int LENGTH = 16;

    /** Shorter values are parts of any word. */
    private static final int SHORTEST_VALUE = 3;

    private Fingerprint() {}

    /**
     * Sixteen hexadecimal digits.
     *
     * @param words of the error that decided
     */
    static String of(Claim claim, ErrorCode code, String words) {
        return Sha256.hex(code + "\n" + shared(claim, words)).substring(0, LENGTH);
    }

    /** The words without what is the tenant's. */
    static String shared(Claim claim, String words) {
        String text = words;
        for (String own : own(claim)) {
            text = text.replace(own, "~");
        }
        return text.replaceAll("\"[^\"\\n]*\"|`[^`\\n]*`|(?<!\\w)'[^'\\n]*'(?!\\w)", "~")
                .replaceAll("\\S*\\d\\S*", "#")
                .replaceAll("\\s+", " ")
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    /** Longer ones first: one may be part of another. */
    private static List<String> own(Claim claim) {
        return Stream.concat(Stream.of(claim.stack().tenantId()), texts(claim.inputs()))
                .filter(value -> value.length() >= SHORTEST_VALUE)
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    private static Stream<String> texts(JsonNode node) {
        return node.isTextual()
                ? Stream.of(node.asText())
                : node.valueStream().flatMap(Fingerprint::texts);
    }
}
