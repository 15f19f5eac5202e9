package io.leasehold.provisioner.tofu;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/**
 * Finds known values in a text in one pass, whatever they and the text are: the automaton of Aho
 * and Corasick (Efficient String Matching, 1975). The module that prints the text may have made the
 * values, and must not decide how long looking for them takes. White space and control characters
 * count nowhere: lines are wrapped, and cut where they have some. Immutable; any thread.
 */
final class Needles {
    private static final int ROOT = 0;
    private static final int ASCII = 128;

    /** Of a few values many texts are looked through. */
    private static final int FIRST_SIZE = 256;

    // A node of the tree of all values, by its number: what leads to it, its first child, its next
    // sibling, the node of the longest end of its path that begins a value too, the length of its
    // path, and that of the longest value that ends here, or 0.
    private char[] letter = new char[FIRST_SIZE];
    private int[] child = new int[FIRST_SIZE];
    private int[] sibling = new int[FIRST_SIZE];
    private int[] fallback = new int[FIRST_SIZE];
    private int[] depth = new int[FIRST_SIZE];
    private int[] ending = new int[FIRST_SIZE];
    private final int[] first = new int[ASCII];
    private int size = 1;

    private Needles() {}

    /** Where each of those is found. Those with nothing in them that counts are nowhere. */
    static Needles of(Collection<String> values) {
        Needles needles = new Needles();
        values.forEach(needles::plant);
        needles.linkFallbacks();
        return needles;
    }

    /** What of a value counts, in its order. */
    static String counted(String value) {
        StringBuilder counted = new StringBuilder(value.length());
        value.chars().filter(c -> counts((char) c)).forEach(c -> counted.append((char) c));
        return counted.toString();
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
     * @param spans the values, in order; those that overlap are one
     * @param begun from where on the text may be the beginning of a value that goes on behind it;
     *     its length if nothing is
     * @param length so much of that counts
     */
    record Found(List<Span> spans, int begun, int length) {}

    /** Looks through a text once. */
    Found in(String text) {
        if (size == 1 || text.isEmpty()) {
            return new Found(List.of(), text.length(), 0);
        }
        List<Span> spans = new ArrayList<>();
        int[] at = new int[text.length()];
        int count = 0;
        int node = ROOT;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!counts(c)) {
                continue;
            }
            at[count++] = i;
            node = next(node, c);
            if (ending[node] > 0) {
                add(spans, at[count - ending[node]], i + 1);
            }
        }
        while (node != ROOT && child[node] == 0) {
            // A whole value that begins no longer one: only its own end may begin another.
            node = fallback[node];
        }
        int length = depth[node];
        return new Found(spans, length == 0 ? text.length() : at[count - length], length);
    }

    private static void add(List<Span> spans, int from, int to) {
        int start = from;
        while (!spans.isEmpty() && spans.getLast().to() > start) {
            start = Math.min(start, spans.removeLast().from());
        }
        spans.add(new Span(start, to));
    }

    private int next(int from, char c) {
        int node = from;
        while (true) {
            int next = childOf(node, c);
            if (next != 0 || node == ROOT) {
                return next;
            }
            node = fallback[node];
        }
    }

    private int childOf(int node, char c) {
        if (node == ROOT && c < ASCII) {
            return first[c];
        }
        int next = child[node];
        while (next != 0 && letter[next] != c) {
            next = sibling[next];
        }
        return next;
    }

    private void plant(String value) {
        int node = ROOT;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (counts(c)) {
                int next = childOf(node, c);
                node = next == 0 ? grow(node, c) : next;
            }
        }
        ending[node] = depth[node];
    }

    private int grow(int parent, char c) {
        if (size == letter.length) {
            int larger = 2 * size;
            letter = Arrays.copyOf(letter, larger);
            child = Arrays.copyOf(child, larger);
            sibling = Arrays.copyOf(sibling, larger);
            fallback = Arrays.copyOf(fallback, larger);
            depth = Arrays.copyOf(depth, larger);
            ending = Arrays.copyOf(ending, larger);
        }
        int node = size++;
        letter[node] = c;
        sibling[node] = child[parent];
        child[parent] = node;
        depth[node] = depth[parent] + 1;
        if (parent == ROOT && c < ASCII) {
            first[c] = node;
        }
        return node;
    }

    private void linkFallbacks() {
        Deque<Integer> waiting = new ArrayDeque<>();
        waiting.add(ROOT);
        while (!waiting.isEmpty()) {
            int parent = waiting.remove();
            for (int node = child[parent]; node != 0; node = sibling[node]) {
                fallback[node] = parent == ROOT ? ROOT : next(fallback[parent], letter[node]);
                ending[node] = Math.max(ending[node], ending[fallback[node]]);
                waiting.add(node);
            }
        }
    }
}
