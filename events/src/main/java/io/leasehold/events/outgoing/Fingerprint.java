package io.leasehold.events.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What failures of one cause have in common, so that they can be counted and replayed together: a
 * hash of code, stage and the reason without what differs from one tenant to the next. Stable
 * across versions: it is kept and compared. Pure.
 */
public final class Fingerprint {
    private static final int BYTES = 8;
    private static final String OMITTED = "*";

    /** Of the rest of the reason a cause says little, and what others wrote says much. */
    private static final int LONGEST = 512;

    private static final Pattern QUOTED =
            Pattern.compile("\"[^\"]*\"|(?<!\\w)'[^']*'(?!\\w)|`[^`]*`");
    private static final Pattern UUID =
            Pattern.compile("[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}");
    // Ids, hashes, addresses and counts: whatever has a digit in it.
    private static final Pattern NUMBERED =
            Pattern.compile("[\\p{L}\\p{N}_]*\\p{N}[\\p{L}\\p{N}_]*");
    private static final Pattern REPEATED = Pattern.compile("\\*(?:[-.:/,]?\\*)+");
    private static final Pattern SPACE = Pattern.compile("[\\s\\p{Cntrl}]+");

    private Fingerprint() {}

    /**
     * 16 hexadecimal digits.
     *
     * @param code stable error code
     * @param stage where it failed
     * @param reason for people; ids, numbers, quoted texts and the tenant's name do not count
     * @param tenantId whose it is, where that is known
     */
    public static String of(String code, String stage, String reason, @Nullable String tenantId) {
        List<String> own = tenantId == null || tenantId.isEmpty() ? List.of() : List.of(tenantId);
        byte[] hash = sha256(code + "\n" + stage + "\n" + words(reason, own));
        return HexFormat.of().formatHex(Arrays.copyOf(hash, BYTES));
    }

    /**
     * A reason without what is one tenant's: quoted texts, ids, numbers, addresses and times.
     *
     * @param own more texts that are; where one is part of another the longer one comes first
     */
    public static String words(String reason, List<String> own) {
        String text = reason.toLowerCase(Locale.ROOT);
        text = QUOTED.matcher(text).replaceAll("\\*");
        for (String each : own) {
            text = text.replace(each.toLowerCase(Locale.ROOT), OMITTED);
        }
        text = UUID.matcher(text).replaceAll("\\*");
        text = NUMBERED.matcher(text).replaceAll("\\*");
        text = REPEATED.matcher(text).replaceAll("\\*");
        text = SPACE.matcher(text).replaceAll(" ").strip();
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
