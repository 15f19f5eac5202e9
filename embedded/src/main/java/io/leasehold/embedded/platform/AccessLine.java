package io.leasehold.embedded.platform;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A line of the file that tells the state service who may call it. */
public final class AccessLine {
    private AccessLine() {}

    /** Says that whoever shows this token is of that name and has that role; ends the line. */
    public static String of(String role, String name, String token) {
        return of(role, name, token, "");
    }

    /**
     * The same within bounds.
     *
     * @param limits each with a space before it, such as {@code " state=acme/1/*"}
     */
    public static String of(String role, String name, String token, String limits) {
        return "%s %s %s%s%n".formatted(role, name, sha256(token), limits);
    }

    private static String sha256(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
