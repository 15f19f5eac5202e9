package io.leasehold.provisioner.tofu;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Takes known secret values out of text: as they are, in base64, by themselves or within more, as
 * they stand in a URL and in JSON. It learns more while the run goes on. Any thread. A best effort:
 * who wants to print a secret can print it letter by letter, so real safety is in short-lived
 * credentials.
 */
final class Masker {

    private static final String MASK = "(hidden)";

    /** Shorter values are words; masking them would make the log unreadable and hide nothing. */
    private static final int SHORTEST = 6;

    /** Each is looked for in every line; a run that has more is told of. */
    private static final int MOST = 1_000;

    /** So much of a value's beginning is no accident at the end of a piece, and is hidden there. */
    private static final int TELLING = 4;

    private final Set<Secret> known = new HashSet<>();
    private volatile List<String> needles = List.of();

    Masker(Collection<Secret> secrets) {
        learn(secrets);
    }

    /**
     * Masks these too from now on.
     *
     * @return false when there are more than are looked for
     */
    synchronized boolean learn(Collection<Secret> secrets) {
        boolean all = true;
        TreeSet<String> forms = new TreeSet<>();
        for (Secret secret : secrets) {
            if (secret.value().length() < SHORTEST || known.contains(secret)) {
                continue;
            }
            if (known.size() < MOST) {
                known.add(secret);
                addForms(secret.value(), forms);
            } else {
                all = false;
            }
        }
        if (!forms.isEmpty()) {
            forms.addAll(needles);
            List<String> longestFirst = new ArrayList<>(forms);
            longestFirst.sort(Comparator.comparingInt(String::length).reversed());
            needles = List.copyOf(longestFirst);
        }
        return all;
    }

    private static void addForms(String value, Set<String> all) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        all.add(value);
        all.add(Base64.getEncoder().encodeToString(bytes));
        all.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
        all.add(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        addInner(bytes, all);
        // In a query a blank is a plus, in a path it is not.
        String query = URLEncoder.encode(value, StandardCharsets.UTF_8);
        all.add(query);
        all.add(query.replace("+", "%20"));
        String quoted = new String(JsonStringEncoder.getInstance().quoteAsString(value));
        all.add(quoted);
        // As tofu's own jsonencode, and all that is written in Go, quotes it.
        all.add(quoted.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"));
        // Each line of a key file is as telling as the whole.
        value.lines().map(String::strip).filter(l -> l.length() >= 16).forEach(all::add);
    }

    /**
     * As it stands in the base64 of a longer text, such as {@code user:password}: the digits that
     * are of it alone, wherever in a group of three bytes it begins.
     */
    private static void addInner(byte[] bytes, Set<String> all) {
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + bytes.length];
            System.arraycopy(bytes, 0, shifted, before, bytes.length);
            String digits = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            int shared = before == 0 ? 0 : before + 1;
            String own =
                    digits.substring(
                            shared,
                            shifted.length % 3 == 0 ? digits.length() : digits.length() - 1);
            all.add(own);
            all.add(own.replace('+', '-').replace('/', '_'));
        }
    }

    String mask(String text) {
        String masked = text;
        for (String needle : needles) {
            masked = masked.replace(needle, MASK);
        }
        return masked;
    }

    /** Of a text that was cut off: it may end within a secret, which is known by its beginning. */
    String maskCut(String text) {
        String masked = mask(text);
        int most = needles.stream().mapToInt(needle -> begun(needle, masked)).max().orElse(0);
        return most == 0 ? masked : masked.substring(0, masked.length() - most) + MASK;
    }

    /**
     * Of a text that comes in pieces, each of which is shown at once: what goes on from the end of
     * the one before is taken out, and what may go on in the next. Where a value is cut within its
     * first {@value #TELLING} characters, those are shown.
     *
     * @param before what the piece before left to be known
     * @param text masked by itself
     */
    Piece maskPiece(String before, String text) {
        String whole = before + text;
        int head = Math.max(0, endOfBegun(before.length(), whole) - before.length());
        int left = needles.stream().mapToInt(needle -> begun(needle, whole)).max().orElse(0);
        int tail = left < TELLING ? 0 : Math.min(left, text.length());
        String shown =
                head + tail < text.length()
                        ? (head > 0 ? MASK : "")
                                + text.substring(head, text.length() - tail)
                                + (tail > 0 ? MASK : "")
                        : head + tail > 0 ? MASK : text;
        return new Piece(shown, whole.substring(whole.length() - left));
    }

    /** Where in the whole the last of those values ends that begin in so much of it. */
    private int endOfBegun(int most, String whole) {
        int end = 0;
        for (int start = 0; start < most; start++) {
            for (String needle : needles) {
                if (whole.startsWith(needle, start)) {
                    end = Math.max(end, start + needle.length());
                }
            }
        }
        return end;
    }

    /**
     * A piece of a text.
     *
     * @param shown the piece, masked
     * @param begun for the next one: what at its end may be the beginning of a value; a secret
     */
    record Piece(String shown, String begun) {}

    /** How much of the needle the text ends with. */
    private static int begun(String needle, String text) {
        int length = Math.min(needle.length() - 1, text.length());
        while (length > 0 && !text.regionMatches(text.length() - length, needle, 0, length)) {
            length--;
        }
        return length;
    }
}
