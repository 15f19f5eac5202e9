package io.leasehold.state.orphan;

import io.leasehold.state.orphan.SettlingDecider.Verdict;
import io.leasehold.state.version.Holdings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Holds what an orphan owns against what served versions own, newest first, and says whether
 * anything of it would be lost. A thing is taken over when a version that counts owns it at the
 * same address with the same identity. Pure but for what it has seen; for one orphan.
 *
 * <p>A version counts when a run with the inputs of the orphan's run has written it, or has found
 * nothing else to do: by other inputs the same name may be that of another thing elsewhere. It may
 * be one that is no longer served, if only runs have written since: they removed what is gone.
 */
final class Cover {
    private static final int SHOWN = 5;
    private static final int LONGEST = 200;

    private final Holdings orphan;
    private final Map<String, String> left;
    private final TreeSet<Long> by = new TreeSet<>();
    private final TreeSet<String> others = new TreeSet<>();
    private final TreeSet<String> uncounted = new TreeSet<>();
    private long newest;

    Cover(Holdings orphan) {
        this.orphan = orphan;
        this.left = new TreeMap<>(orphan.things());
    }

    /** Whether looking at more versions would change nothing. */
    boolean complete() {
        return left.isEmpty() || !orphan.readable();
    }

    /** The next older one. */
    void see(long version, boolean counts, Holdings holdings) {
        boolean served = newest == 0;
        newest = Math.max(newest, version);
        left.entrySet()
                .removeIf(thing -> {
                    String address = thing.getKey();
                    boolean there = thing.getValue().equals(holdings.things().get(address));
                    if (there && counts) {
                        by.add(version);
                    } else if (there) {
                        uncounted.add(address);
                    } else if (served && has(holdings, address)) {
                        others.add(address);
                    }
                    return there && counts;
                });
    }

    private static boolean has(Holdings holdings, String address) {
        return holdings.things().containsKey(address) || holdings.nameless().contains(address);
    }

    /**
     * What came out.
     *
     * @param notAdopted why it was not adopted although it could be; null when it could not
     */
    Verdict result(@Nullable String notAdopted) {
        if (orphan.empty()) {
            return new Verdict.Dismiss("it owns nothing that exists elsewhere");
        }
        if (orphan.readable() && left.isEmpty() && orphan.nameless().isEmpty()) {
            return new Verdict.Dismiss(
                    by.size() == 1
                            ? "version %d has all that it owns".formatted(by.first())
                            : "versions %s have all that it owns".formatted(numbers()));
        }
        return new Verdict.Stay(finding(notAdopted));
    }

    private String numbers() {
        List<String> all = by.stream().map(String::valueOf).toList();
        return String.join(", ", all.subList(0, all.size() - 1)) + " and " + all.getLast();
    }

    private Finding finding(@Nullable String notAdopted) {
        if (!orphan.readable()) {
            return new Finding("ENCRYPTED", "tofu encrypted it itself" + remedy(notAdopted));
        }
        TreeSet<String> doubled = new TreeSet<>(left.keySet());
        doubled.retainAll(others);
        TreeSet<String> unsure = new TreeSet<>(left.keySet());
        unsure.retainAll(uncounted);
        unsure.removeAll(doubled);
        TreeSet<String> missing = new TreeSet<>(left.keySet());
        missing.removeAll(doubled);
        missing.removeAll(unsure);
        List<String> codes = new ArrayList<>();
        List<String> words = new ArrayList<>();
        say(codes, words, doubled, "TWO_OBJECTS", "the state that is served has something else at");
        say(codes, words, missing, "OWNS_MORE", "no state has taken over what it owns at");
        say(
                codes,
                words,
                unsure,
                "OTHER_INPUTS",
                "no run that is known to have had the inputs of its run has seen to what it owns at");
        say(
                codes,
                words,
                orphan.nameless(),
                "NO_IDENTITY",
                "nothing tells from others what it owns at");
        return new Finding(codes.getFirst(), String.join("; ", words) + remedy(notAdopted));
    }

    private static void say(
            List<String> codes,
            List<String> words,
            Collection<String> addresses,
            String code,
            String what) {
        if (!addresses.isEmpty()) {
            codes.add(code);
            words.add(what + ' ' + shown(addresses));
        }
    }

    private static String shown(Collection<String> addresses) {
        String first =
                addresses.stream()
                        .sorted()
                        .limit(SHOWN)
                        .map(Cover::shortened)
                        .collect(Collectors.joining(", "));
        return addresses.size() > SHOWN
                ? first + " and %d more".formatted(addresses.size() - SHOWN)
                : first;
    }

    /** Keys of instances are the module's, and may be as long as it likes. */
    private static String shortened(String address) {
        return address.length() <= LONGEST ? address : address.substring(0, LONGEST) + "…";
    }

    private static String remedy(@Nullable String notAdopted) {
        return notAdopted == null
                ? ". Compare the two (leasehold states diff), import or remove what is missing"
                        + " there, then dismiss it"
                : ". It could come on top, but "
                        + notAdopted
                        + ": adopt it if that is of no account (leasehold states adopt)";
    }
}
