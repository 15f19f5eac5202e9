package io.leasehold.provisioner.tofu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds known values in a text in one pass, whatever they and the text are: the automaton of Aho
 * and Corasick (Efficient String Matching, 1975). The module that prints the text may have made the
 * values, and must not decide how long looking for them takes. White space and control characters
 * count nowhere: lines are wrapped, and cut where they have some. Does not change once it is made;
 * any thread that it was safely given to.
 */
final class Needles {
    /** Where every text begins. */
    static final int ROOT = 0;

    /** Of a few values many texts are looked through. */
    private static final int FIRST_SIZE = 256;

    // The tree of all values: a node's parent, what leads to it from there, how long its path is,
    // the node of the longest end of its path that begins a value too, and the length of the
    // longest value that ends here, or 0.
    private int[] parent = new int[FIRST_SIZE];
    private char[] letter = new char[FIRST_SIZE];
    private int[] depth = new int[FIRST_SIZE];
    private int[] fallback = new int[FIRST_SIZE];
    private int[] ending = new int[FIRST_SIZE];
    private boolean[] leads = new boolean[FIRST_SIZE];
    private int size = 1;

    /** Children by their parent and letter, at the first free place from where these hash to. */
    private int[] children = new int[2 * FIRST_SIZE];

    private final long seed = ThreadLocalRandom.current().nextLong();

    private Needles() {}

    /** Where each of those is found. Those with nothing in them that counts are nowhere. */
    static Needles of(Collection<String> values) {
        Needles needles = new Needles();
        values.forEach(needles::plant);
        needles.linkFallbacks();
        return needles;
    }

    /** How much of a text counts. */
    static int counted(String text) {
        return (int) text.chars().filter(c -> counts((char) c)).count();
    }

    private static boolean counts(char c) {
        return !Character.isWhitespace(c) && !Character.isISOControl(c);
    }

    /**
     * A part of a text.
     *
     * @param from the first character
     * @param to behind the last
     */
    record Span(int from, int to) {}

    /**
     * What is in a text.
     *
     * @param spans the values, in order, as far as they are in this text; those that overlap are
     *     one
     * @param begun from where on the text may be the beginning of a value that goes on behind it;
     *     its length if nothing is
     * @param length so much that counts is begun, in this text and those before
     * @param node from where the text behind this one is looked through
     */
    record Found(List<Span> spans, int begun, int length, int node) {}

    /** Looks through a text once. */
    Found in(String text) {
        return in(text, ROOT);
    }

    /**
     * Looks through a text that goes on behind another one.
     *
     * @param behind the node that the other one ended at
     */
    Found in(String text, int behind) {
        if (size == 1) {
            return new Found(List.of(), text.length(), 0, ROOT);
        }
        List<Span> spans = new ArrayList<>();
        int[] at = new int[text.length()];
        int count = 0;
        int node = behind;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!counts(c)) {
                continue;
            }
            at[count++] = i;
            node = next(node, c);
            if (ending[node] > 0) {
                add(spans, begin(at, count, ending[node]), i + 1);
            }
        }
        while (node != ROOT && !leads[node]) {
            // A whole value that begins no longer one: only its own end may begin another.
            node = fallback[node];
        }
        int length = depth[node];
        int begun = Math.min(length, count) == 0 ? text.length() : begin(at, count, length);
        return new Found(spans, begun, length, node);
    }

    /** Where so much that counts begins, of which the last is the last that was counted. */
    private static int begin(int[] at, int count, int length) {
        return length > count ? 0 : at[count - length];
    }

    /** Adds one that ends last; those that it overlaps become one with it. */
    static void add(List<Span> spans, int from, int to) {
        int start = from;
        while (!spans.isEmpty() && spans.getLast().to() > start) {
            start = Math.min(start, spans.removeLast().from());
        }
        spans.add(new Span(start, to));
    }

    /** What leads to a node: the beginning of a value, which is as secret as that. */
    String path(int node) {
        StringBuilder path = new StringBuilder();
        for (int at = node; at != ROOT; at = parent[at]) {
            path.append(letter[at]);
        }
        return path.reverse().toString();
    }

    private int next(int from, char c) {
        int node = from;
        while (true) {
            int next = children[place(node, c)];
            if (next != 0 || node == ROOT) {
                return next;
            }
            node = fallback[node];
        }
    }

    /** Where that child is, or would be. */
    private int place(int of, char c) {
        int mask = children.length - 1;
        // The last step of MurmurHash3 (Appleby), from where nobody who makes values knows.
        long hash = (((long) of << 16) | c) ^ seed;
        hash = (hash ^ (hash >>> 33)) * 0xFF51_AFD7_ED55_8CCDL;
        hash = (hash ^ (hash >>> 33)) * 0xC4CE_B9FE_1A85_EC53L;
        int place = (int) (hash ^ (hash >>> 33)) & mask;
        while (children[place] != 0 && !isChild(children[place], of, c)) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private boolean isChild(int node, int of, char c) {
        return parent[node] == of && letter[node] == c;
    }

    private void plant(String value) {
        int node = ROOT;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (counts(c)) {
                int next = children[place(node, c)];
                node = next == 0 ? grow(node, c) : next;
            }
        }
        ending[node] = depth[node];
    }

    private int grow(int of, char c) {
        if (size == parent.length) {
            enlarge(2 * size);
        }
        int node = size++;
        parent[node] = of;
        letter[node] = c;
        depth[node] = depth[of] + 1;
        leads[of] = true;
        children[place(of, c)] = node;
        return node;
    }

    private void enlarge(int larger) {
        parent = Arrays.copyOf(parent, larger);
        letter = Arrays.copyOf(letter, larger);
        depth = Arrays.copyOf(depth, larger);
        fallback = Arrays.copyOf(fallback, larger);
        ending = Arrays.copyOf(ending, larger);
        leads = Arrays.copyOf(leads, larger);
        children = new int[2 * larger];
        for (int node = 1; node < size; node++) {
            children[place(parent[node], letter[node])] = node;
        }
    }

    /** From short paths to long ones: a fallback's path is shorter. */
    private void linkFallbacks() {
        for (int node : byDepth()) {
            if (depth[node] > 1) {
                fallback[node] = next(fallback[parent[node]], letter[node]);
            }
            ending[node] = Math.max(ending[node], ending[fallback[node]]);
        }
    }

    private int[] byDepth() {
        int deepest = Arrays.stream(depth, 0, size).max().orElse(0);
        int[] before = new int[deepest + 2];
        for (int node = 1; node < size; node++) {
            before[depth[node] + 1]++;
        }
        for (int i = 1; i < before.length; i++) {
            before[i] += before[i - 1];
        }
        int[] ordered = new int[size - 1];
        for (int node = 1; node < size; node++) {
            ordered[before[depth[node]]++] = node;
        }
        return ordered;
    }
}
