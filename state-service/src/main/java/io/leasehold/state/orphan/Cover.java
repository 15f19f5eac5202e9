package io.leasehold.state.orphan;

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
 * Holds what an orphan owns against what served versions own, newest first, and says what stands
 * against dismissing it. A thing is taken over when a version that counts owns it at the same
 * address with the same identity. Pure but for what it has seen; for one orphan.
 *
 * <p>That is advice and no proof, also where everything is taken over. Ids are often names, and the
 * same name elsewhere is another thing; where a run worked comes from its worker's bindings too,
 * which the ledger does not know. And runs and people may have let go of a thing on purpose: by a
 * {@code removed} block, a push, a version that was hidden.
 *
 * <p>A version counts when a run with the inputs of the orphan's run has written it, or has found
 * nothing else to do: by other inputs the same name may be that of another thing elsewhere. It may
 * be one that is no longer served, if only runs have written since: they removed what is gone.
 */
final class Cover {
    private static final int SHOWN = 5;
    private static final int LONGEST = 200;

    /** Nothing that the states say stands against dismissing it. */
    private static final String TAKEN_OVER = "TAKEN_OVER";

    private final Holdings orphan;
    private final Map<String, String> left;
    private final TreeSet<Long> by = new TreeSet<>();
    private final TreeSet<String> others = new TreeSet<>();
    private final TreeSet<String> uncounted = new TreeSet<>();
    private long first;

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
        first = first == 0 ? version : first;
        left.entrySet()
                .removeIf(thing -> {
                    String address = thing.getKey();
                    boolean there = thing.getValue().equals(holdings.things().get(address));
                    if (there && counts) {
                        by.add(version);
                    } else if (there) {
                        uncounted.add(address);
                    } else if (version == first && has(holdings, address)) {
                        others.add(address);
                    }
                    return there && counts;
                });
    }

    private static boolean has(Holdings holdings, String address) {
        return holdings.things().containsKey(address) || holdings.nameless().contains(address);
    }

    /**
     * What people should know before they settle it.
     *
     * @param notAdopted why it was not adopted although it could be; null when it could not
     */
    Finding finding(@Nullable String notAdopted) {
        if (!orphan.readable()) {
            return new Finding("ENCRYPTED", "tofu encrypted it itself" + remedy(notAdopted));
        }
        return left.isEmpty() && orphan.nameless().isEmpty()
                ? new Finding(TAKEN_OVER, takenOver() + onTop(notAdopted))
                : lacking(notAdopted);
    }

    private String takenOver() {
        if (orphan.empty()) {
            return "it owns nothing that exists elsewhere, so nothing that was built is lost with"
                    + " it (leasehold states dismiss)";
        }
        return (by.size() == 1 ? "version %s has" : "versions %s have").formatted(numbers())
                + " all that it owns, by address, provider and id. Whoever knows that the runs"
                + " worked at the same place (their worker's bindings did not move) may dismiss it"
                + " (leasehold states dismiss)";
    }

    private String numbers() {
        List<String> all = by.stream().map(String::valueOf).toList();
        return all.size() == 1
                ? all.getFirst()
                : String.join(", ", all.subList(0, all.size() - 1)) + " and " + all.getLast();
    }

    private Finding lacking(@Nullable String notAdopted) {
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
        say(
                codes,
                words,
                doubled,
                "TWO_OBJECTS",
                "version %d has something else at".formatted(first));
        say(codes, words, missing, "OWNS_MORE", "no state that was looked at has what it owns at");
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
                : onTop(notAdopted);
    }

    private static String onTop(@Nullable String notAdopted) {
        return notAdopted == null
                ? ""
                : ". It could come on top, but "
                        + notAdopted
                        + ": adopt it if that is of no account (leasehold states adopt)";
    }
}
