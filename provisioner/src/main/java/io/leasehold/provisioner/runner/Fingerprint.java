package io.leasehold.provisioner.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.Claim;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
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
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest((code + "\n" + shared(claim, words)).getBytes(UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
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
