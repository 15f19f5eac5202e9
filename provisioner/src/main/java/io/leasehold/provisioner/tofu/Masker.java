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
 * Takes known secret values out of text: as they are, in base64, as they stand in a URL and in
 * JSON. It learns more while the run goes on. Any thread. A best effort: who wants to print a
 * secret can print it letter by letter, so real safety is in short-lived credentials.
 */
final class Masker {

    private static final String MASK = "(hidden)";

    /** Shorter values are words; masking them would make the log unreadable and hide nothing. */
    private static final int SHORTEST = 6;

    /** Each is looked for in every line; a run that has more is told of. */
    private static final int MOST = 1_000;

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
        all.add(URLEncoder.encode(value, StandardCharsets.UTF_8));
        String quoted = new String(JsonStringEncoder.getInstance().quoteAsString(value));
        all.add(quoted);
        // As tofu's own jsonencode, and all that is written in Go, quotes it.
        all.add(quoted.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"));
        // Each line of a key file is as telling as the whole.
        value.lines().map(String::strip).filter(l -> l.length() >= 16).forEach(all::add);
    }

    String mask(String text) {
        String masked = text;
        for (String needle : needles) {
            masked = masked.replace(needle, MASK);
        }
        return masked;
    }
}
