package io.leasehold.provisioner.tofu;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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

    /** In all their forms: each takes some 22 bytes of memory for as long as the run lasts. */
    private static final long MOST_CHARACTERS = 4_000_000;

    /** So much of a value's beginning is no accident at the end of a piece, and is hidden there. */
    private static final int TELLING = 4;

    private final Set<Secret> known = new HashSet<>();
    private final Set<String> forms = new HashSet<>();
    private long characters;
    private volatile Needles needles = Needles.of(Set.of());

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
        int before = forms.size();
        for (Secret secret : secrets) {
            if (known.contains(secret)) {
                continue;
            }
            Set<String> its = formsOf(secret.value());
            long longer = characters + its.stream().mapToLong(String::length).sum();
            if (its.isEmpty()) {
                continue;
            }
            if (known.size() < MOST && longer <= MOST_CHARACTERS) {
                known.add(secret);
                forms.addAll(its);
                characters = longer;
            } else {
                all = false;
            }
        }
        if (forms.size() > before) {
            needles = Needles.of(forms);
        }
        return all;
    }

    private static Set<String> formsOf(String value) {
        Set<String> all = new HashSet<>();
        if (Needles.counted(value).length() >= SHORTEST) {
            addForms(value, all);
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
        List<Needles.Span> spans = needles.in(text).spans();
        return spans.isEmpty() ? text : hide(text, 0, spans);
    }

    /** Of a text that was cut off: it may end within a secret, which is known by its beginning. */
    String maskCut(String text) {
        return hide(text, 0, withEnd(text, needles.in(text), 1));
    }

    /**
     * Of a text that comes in pieces, each of which is shown at once: what goes on from the end of
     * the one before is taken out, and what may go on in the next. Where a value is cut within its
     * first {@value #TELLING} characters, those are shown.
     *
     * @param before what the piece before left to be known; empty for the first
     */
    Piece maskPiece(String before, String text) {
        String whole = before + text;
        Needles.Found found = needles.in(whole);
        return new Piece(
                hide(whole, before.length(), withEnd(whole, found, TELLING)),
                Needles.counted(whole.substring(found.begun())));
    }

    /** With the end of the text, where so much of it at least begins a value. */
    private static List<Needles.Span> withEnd(String text, Needles.Found found, int least) {
        if (found.length() < least) {
            return found.spans();
        }
        List<Needles.Span> spans = new ArrayList<>(found.spans());
        int from = found.begun();
        while (!spans.isEmpty() && spans.getLast().to() > from) {
            from = Math.min(from, spans.removeLast().from());
        }
        spans.add(new Needles.Span(from, text.length()));
        return spans;
    }

    /** The text from there on, without the spans. */
    private static String hide(String text, int from, List<Needles.Span> spans) {
        StringBuilder shown = new StringBuilder();
        int at = from;
        for (Needles.Span span : spans) {
            if (span.to() > at) {
                shown.append(text, at, Math.max(at, span.from())).append(MASK);
                at = span.to();
            }
        }
        return shown.append(text, at, text.length()).toString();
    }

    /**
     * A piece of a text.
     *
     * @param shown the piece, masked
     * @param begun for the next one: what at its end may be the beginning of a value; a secret
     */
    record Piece(String shown, String begun) {
        /** Leaves out what is secret. */
        @Override
        public String toString() {
            return "Piece[shown=" + shown + "]";
        }
    }
}
