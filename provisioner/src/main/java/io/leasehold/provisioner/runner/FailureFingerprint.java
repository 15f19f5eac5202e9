package io.leasehold.provisioner.runner;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.events.ErrorCode;
import io.leasehold.events.outgoing.Fingerprint;
import io.leasehold.ledger.api.Claim;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes of a failure what is the same for all tenants that fail alike, at whatever stage: the code,
 * and the words without what is a tenant's, the values of its inputs among that. Pure.
 */
final class FailureFingerprint {

    private static final int LENGTH = 16;

    /** Shorter values are parts of any word. */
    private static final int SHORTEST_VALUE = 3;

    private FailureFingerprint() {}

    /**
     * Sixteen hexadecimal digits.
     *
     * @param words of the error that decided
     */
    static String of(Claim claim, ErrorCode code, String words) {
        return Sha256.hex(code + "\n" + Fingerprint.words(words, own(claim))).substring(0, LENGTH);
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
                : node.valueStream().flatMap(FailureFingerprint::texts);
    }
}
