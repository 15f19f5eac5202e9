package io.leasehold.provisioner.tofu;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Takes known secret values out of text: as they are, in base64, as they stand in a URL and in
 * JSON. Immutable. A best effort: who wants to print a secret can print it letter by letter, so
 * real safety is in short-lived credentials.
 */
final class Masker {

    private static final String MASK = "(hidden)";

    /** Shorter values are words; masking them would make the log unreadable and hide nothing. */
    private static final int SHORTEST = 6;

    private final List<String> needles;

    Masker(Collection<Secret> secrets) {
        TreeSet<String> all = new TreeSet<>();
        for (Secret secret : secrets) {
            String value = secret.value();
            if (value.length() < SHORTEST) {
                continue;
            }
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
        List<String> longestFirst = new ArrayList<>(all);
        longestFirst.sort(Comparator.comparingInt(String::length).reversed());
        this.needles = List.copyOf(longestFirst);
    }

    String mask(String text) {
        String masked = text;
        for (String needle : needles) {
            masked = masked.replace(needle, MASK);
        }
        return masked;
    }
}
