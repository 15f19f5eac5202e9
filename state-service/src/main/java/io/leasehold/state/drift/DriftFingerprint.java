package io.leasehold.state.drift;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.ledger.api.DriftReport;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** Tells whether two checks found the same. Pure. */
final class DriftFingerprint {

    private DriftFingerprint() {}

    /**
     * Lower-case hex SHA-256 over the sorted addresses, actions and attribute paths. The order in
     * which the plan named them is not in it, nor are values.
     */
    static String of(List<DriftReport.Change> changes) {
        // The separators cannot occur in an address or a path, so no two findings read the same.
        String text =
                changes.stream()
                        .map(change ->
                                change.address()
                                        + '\u0001'
                                        + change.action()
                                        + change.attributes().stream()
                                                .map(DriftReport.Attribute::path)
                                                .sorted()
                                                .collect(
                                                        Collectors.joining("\u0002", "\u0001", "")))
                        .sorted()
                        .collect(Collectors.joining("\u0003"));
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
