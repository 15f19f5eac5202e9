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
import org.jspecify.annotations.Nullable;

/**
 * Takes known secret values out of text: as they are, in base64, by themselves or within more, as
 * they stand in a URL and in JSON. It learns more while the run goes on. Any thread. A best effort:
 * who wants to print a secret can print it letter by letter, so real safety is in short-lived
 * credentials.
 */
final class Masker {

    private static final String MASK = "(hidden)";

    /**
     * Values of which less counts are words; masking them would make the log unreadable and hide
     * nothing.
     */
    private static final int SHORTEST = 6;

    /** A run that has more is told of. */
    private static final int MOST = 1_000;

    /**
     * In all their forms: two to the power of 21 nodes of 27 bytes at most, while the run lasts.
     */
    private static final long MOST_CHARACTERS = 1_500_000;

    /** The forms of a value have so many times its characters, and mostly twice as many. */
    private static final long AT_LEAST = 5;

    /** So much of a value's beginning is no accident at the end of a piece, and is hidden there. */
    private static final int TELLING = 4;

    private final Set<Secret> known = new HashSet<>();
    private final Set<String> forms = new HashSet<>();
    private long characters;
    private int built;
    private volatile Needles needles = Needles.of(Set.of());

    /** Knows nothing yet. */
    Masker() {}

    /** Knows those, or as many as are looked for. */
    Masker(Collection<Secret> secrets) {
        var _ = learn(secrets);
    }

    /**
     * Masks these too from now on.
     *
     * @return false when there are more than are looked for
     */
    synchronized boolean learn(Collection<Secret> secrets) {
        // The short ones first: one that is too long is to keep no other from being known.
        List<Secret> fresh =
                secrets.stream()
                        .filter(secret -> !known.contains(secret))
                        .sorted(Comparator.comparingInt(secret -> secret.value().length()))
                        .filter(secret -> Needles.counted(secret.value()) >= SHORTEST)
                        .toList();
        boolean all = true;
        for (Secret secret : fresh) {
            all &= known.contains(secret) || know(secret);
        }
        if (forms.size() > built) {
            needles = Needles.of(forms);
            built = forms.size();
        }
        return all;
    }

    private boolean know(Secret secret) {
        if (known.size() >= MOST
                || characters + AT_LEAST * secret.value().length() > MOST_CHARACTERS) {
            return false;
        }
        Set<String> its = new HashSet<>();
        addForms(secret.value(), its);
        long longer = characters + its.stream().mapToLong(String::length).sum();
        if (longer > MOST_CHARACTERS) {
            return false;
        }
        known.add(secret);
        forms.addAll(its);
        characters = longer;
        return true;
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
        value.lines().map(String::strip).filter(l -> Needles.counted(l) >= 16).forEach(all::add);
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
        List<Needles.Span> spans = needles.in(text).spans();
        return spans.isEmpty() ? text : hide(text, spans);
    }

    /** Of a text that was cut off: it may end within a secret, which is known by its beginning. */
    String maskCut(String text) {
        return hide(text, withEnd(text, needles.in(text), 1));
    }

    /**
     * Of a text that comes in pieces, each of which is shown at once: what goes on from the end of
     * the one before is taken out, and what may go on in the next. Where a value is cut within its
     * first {@value #TELLING} characters, those are shown.
     *
     * @param before where the piece before ended; null for the first
     */
    Piece maskPiece(@Nullable End before, String text) {
        Needles now = needles;
        Needles.Found found = now.in(text, before == null ? Needles.ROOT : before.in(now));
        return new Piece(
                hide(text, withEnd(text, found, TELLING)),
                found.length() == 0 ? null : new End(now, found.node()));
    }

    /**
     * The same place among all that is known by now: one of before keeps all that was known then.
     */
    End renewed(End end) {
        Needles now = needles;
        return end.needles == now ? end : new End(now, end.in(now));
    }

    /** With the end of the text, where so much of it at least begins a value. */
    private static List<Needles.Span> withEnd(String text, Needles.Found found, int least) {
        if (found.length() < least || found.begun() == text.length()) {
            return found.spans();
        }
        List<Needles.Span> spans = new ArrayList<>(found.spans());
        Needles.add(spans, found.begun(), text.length());
        return spans;
    }

    private static String hide(String text, List<Needles.Span> spans) {
        StringBuilder shown = new StringBuilder();
        int at = 0;
        for (Needles.Span span : spans) {
            shown.append(text, at, span.from()).append(MASK);
            at = span.to();
        }
        return shown.append(text, at, text.length()).toString();
    }

    /**
     * A piece of a text.
     *
     * @param shown the piece, masked
     * @param end where it ended; null if no value may go on from there
     */
    record Piece(String shown, @Nullable End end) {}

    /** Where a text ended that may go on: how much of which value was there. */
    static final class End {
        private final Needles needles;
        private final int node;

        private End(Needles needles, int node) {
            this.needles = needles;
            this.node = node;
        }

        /** The same place where more values are known by now. */
        private int in(Needles now) {
            return now == needles ? node : now.in(needles.path(node)).node();
        }
    }
}
