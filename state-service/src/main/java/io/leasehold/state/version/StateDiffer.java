package io.leasehold.state.version;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.StateDiff;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
        readable = StateWalk.over(state, part -> before.put(part.address(), digest(part)));
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
                            } else if (!was.equals(digest(part))) {
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

    private static String digest(Part part) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            add(digest, part.values());
            add(digest, part.about());
            return new String(digest.digest(), StandardCharsets.ISO_8859_1);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** The same for equal trees, whatever the order of their fields. */
    private static void add(MessageDigest digest, JsonNode node) {
        add(digest, node.getNodeType().name());
        if (node.isObject()) {
            Set<String> names = new TreeSet<>();
            node.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                add(digest, name);
                add(digest, node.path(name));
            }
        } else if (node.isArray()) {
            node.forEach(each -> add(digest, each));
        } else {
            add(digest, node.asText());
        }
        digest.update((byte) -1);
    }

    private static void add(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) -2);
    }
}
