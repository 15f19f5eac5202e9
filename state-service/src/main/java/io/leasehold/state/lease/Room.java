package io.leasehold.state.lease;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How many more runs caps let begin, counted down as they do. For one thread. */
final class Room {
    private final Map<String, Long> left;

    /**
     * @param left of each cap that is known; others stand in nobody's way
     */
    Room(Map<String, Long> left) {
        this.left = new HashMap<>(left);
    }

    /** The names in a set of caps. */
    static Stream<String> names(String caps) {
        return Arrays.stream(caps.split(",")).filter(name -> !name.isEmpty());
    }

    /** Whether a run under this set of caps may begin; if so, it has taken its place. */
    boolean takes(String caps) {
        List<String> names = names(caps).filter(left::containsKey).toList();
        if (names.stream().anyMatch(name -> left.getOrDefault(name, 0L) <= 0)) {
            return false;
        }
        names.forEach(name -> left.merge(name, -1L, Long::sum));
        return true;
    }
}
