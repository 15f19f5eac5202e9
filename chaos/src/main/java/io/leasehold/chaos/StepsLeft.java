package io.leasehold.chaos;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which steps have had their kill, and at which nobody came by in time: those come again in place
 * of ones that are planned once more, so that a long run leaves none out. Safe for several threads.
 */
final class StepsLeft {
    private final Set<String> struck = new HashSet<>();
    private final Map<String, Hit.AtStep> missed = new LinkedHashMap<>();

    /** What is tried in place of a planned one: itself, or one of the same service. */
    synchronized Hit.AtStep due(Hit.AtStep planned) {
        if (!struck.contains(planned.words())) {
            return planned;
        }
        return missed.values().stream()
                .filter(each -> each.step().service() == planned.step().service())
                .findFirst()
                .orElse(planned);
    }

    synchronized void struck(Hit.AtStep hit) {
        struck.add(hit.words());
        missed.remove(hit.words());
    }

    /** It is tried again when the others that were missed have been. */
    synchronized void missed(Hit.AtStep hit) {
        if (!struck.contains(hit.words())) {
            missed.remove(hit.words());
            missed.put(hit.words(), hit);
        }
    }
}
