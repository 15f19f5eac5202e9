package io.leasehold.state.version;

import io.leasehold.ledger.api.StateDiff;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares two states in four steps, each of which sees one of them: what is in either as digests,
 * then the few parts that differ. So two large states are never held at once. Pure but for what it
 * has seen; for one comparison, the steps in their order.
 */
final class StateDiffer {
    /** So many addresses of each kind are told. */
    static final int MOST_ADDRESSES = 200;

    /** So many attributes of one address are told. */
    static final int MOST_ATTRIBUTES = 50;

    private final Map<String, String> before = new HashMap<>();
    private final Set<String> added = new TreeSet<>();
    private final Set<String> differing = new TreeSet<>();
    private final Map<String, Part> held = new LinkedHashMap<>();
    private final Map<String, StateDiff.Change> changed = new TreeMap<>();
    private Set<String> removed = Set.of();
    private boolean readable = true;
    private boolean truncated;

    /** First. */
    void seeBefore(byte[] state) {
        readable =
                StateWalk.over(
                        state,
                        part ->
                                before.put(
                                        part.address(),
                                        TreeDigest.of(part.values(), part.about())));
    }

    /** Second. */
    void seeAfter(byte[] state) {
        Set<String> gone = new TreeSet<>(before.keySet());
        readable &=
                StateWalk.over(
                        state,
                        part -> {
                            String was = before.get(part.address());
                            gone.remove(part.address());
                            if (was == null) {
                                added.add(part.address());
                            } else if (!was.equals(TreeDigest.of(part.values(), part.about()))) {
                                differing.add(part.address());
                            }
                        });
        removed = gone;
        before.clear();
    }

    /** Whether there is a third and a fourth step. */
    boolean looksCloser() {
        return readable && !differing.isEmpty();
    }

    /** Third. */
    void holdBefore(byte[] state) {
        Set<String> wanted = Set.copyOf(first(differing));
        StateWalk.over(
                state,
                part -> {
                    if (wanted.contains(part.address())) {
                        held.put(part.address(), part);
                    }
                });
    }

    /** Fourth. */
    void compareAfter(byte[] state) {
        StateWalk.over(
                state,
                part -> {
                    Part was = held.remove(part.address());
                    List<StateDiff.Attribute> found =
                            was == null ? List.of() : PartDiff.of(was, part);
                    if (!found.isEmpty()) {
                        truncated |= found.size() > MOST_ATTRIBUTES;
                        changed.put(
                                part.address(),
                                new StateDiff.Change(
                                        part.address(),
                                        found.stream().limit(MOST_ATTRIBUTES).toList()));
                    }
                });
    }

    /** What came out. */
    StateDiff result(long from, long to) {
        if (!readable) {
            return new StateDiff(from, to, false, List.of(), List.of(), List.of(), false);
        }
        List<String> more = first(added);
        List<String> less = first(removed);
        boolean cut =
                truncated
                        || more.size() < added.size()
                        || less.size() < removed.size()
                        || differing.size() > MOST_ADDRESSES;
        return new StateDiff(from, to, true, more, less, new ArrayList<>(changed.values()), cut);
    }

    private static List<String> first(Set<String> addresses) {
        return addresses.stream().limit(MOST_ADDRESSES).toList();
    }
}
