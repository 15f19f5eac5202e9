package io.leasehold.state.version;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a state has of managed things that another one in its place would not have.
 *
 * @param readable false when tofu encrypted one of them itself: then nothing of it is known
 * @param count how many there are; two of one address are counted once
 * @param first addresses of the first of them, in order
 */
record Forgotten(boolean readable, long count, List<String> first) {
    private static final int SHOWN = 5;

    /** Takes a copy of the list. */
    Forgotten {
        first = List.copyOf(first);
    }

    /** Sees the two states one after the other. For one comparison. */
    static final class Look {
        private final Set<String> gone = new TreeSet<>();
        private boolean readable = true;

        /** First. */
        void seeCurrent(byte[] state) {
            readable =
                    StateWalk.over(
                            state,
                            part -> {
                                if (part.managed()) {
                                    gone.add(part.address());
                                }
                            });
        }

        /** Second. */
        void seeInItsPlace(byte[] state) {
            readable &= StateWalk.over(state, part -> gone.remove(part.address()));
        }

        /** What came out. */
        Forgotten result() {
            return readable
                    ? new Forgotten(
                            true,
                            gone.size(),
                            new ArrayList<>(gone).subList(0, Math.min(SHOWN, gone.size())))
                    : new Forgotten(false, 0, List.of());
        }
    }

    /**
     * For people, with a space before it; empty when nothing is forgotten.
     *
     * @param verb {@code would no longer be} or {@code are no longer}
     */
    String words(String verb) {
        if (!readable) {
            return " What managed things %s in the state cannot be told: tofu encrypted it itself."
                    .formatted(verb);
        }
        if (count == 0) {
            return "";
        }
        return " Managed things that %s in the state: %d (%s%s). The next apply makes them again, or fails where they exist."
                .formatted(
                        verb,
                        count,
                        String.join(", ", first),
                        count > first.size() ? ", and " + (count - first.size()) + " more" : "");
    }
}
