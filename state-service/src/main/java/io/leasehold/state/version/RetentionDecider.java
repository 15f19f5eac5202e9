package io.leasehold.state.version;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides which versions of a stack are let go. Pure. */
final class RetentionDecider {
    private RetentionDecider() {}

    /**
     * One version.
     *
     * @param orphan written without the right to
     * @param open an orphan that nobody settled
     * @param deletedAt null when it is not hidden
     * @param empty its bytes are gone already
     */
    record Kept(
            long version,
            boolean orphan,
            boolean open,
            Instant writtenAt,
            @Nullable Instant deletedAt,
            boolean empty) {
        boolean served() {
            return !orphan && deletedAt == null;
        }
    }

    /**
     * The rule.
     *
     * @param newest so many of those that are served are kept
     * @param younger than this are kept
     * @param deleted for so long a hidden one is kept
     */
    record Rule(int newest, Duration younger, Duration deleted) {}

    /**
     * What becomes of them.
     *
     * @param gone rows that go
     * @param emptied whose bytes go; the row of a stack's last version stays, so that no number is
     *     ever given twice
     */
    record LetGo(List<Long> gone, List<Long> emptied) {
        LetGo {
            gone = List.copyOf(gone);
            emptied = List.copyOf(emptied);
        }
    }

    /**
     * @param versions all of the stack
     * @param applied the one that the last successful run left; 0 for none
     */
    static LetGo decide(List<Kept> versions, long applied, Rule rule, Instant now) {
        List<Kept> newestFirst =
                versions.stream()
                        .sorted(Comparator.comparingLong(Kept::version).reversed())
                        .toList();
        Set<Long> needed = needed(newestFirst, rule.newest());
        needed.add(applied);
        List<Long> gone = new ArrayList<>();
        List<Long> emptied = new ArrayList<>();
        for (Kept each : newestFirst) {
            boolean last = each.equals(newestFirst.getFirst());
            boolean old = each.empty() || isOld(each, rule, now);
            if (needed.contains(each.version()) || !old) {
                continue;
            }
            if (!last) {
                gone.add(each.version());
            } else if (!each.empty() && each.deletedAt() != null) {
                emptied.add(each.version());
            }
        }
        return new LetGo(gone, emptied);
    }

    /** The newest that are served, open orphans, and for each the version it was written upon. */
    private static Set<Long> needed(List<Kept> newestFirst, int newest) {
        Set<Long> needed = new HashSet<>();
        newestFirst.stream()
                .filter(Kept::served)
                .limit(Math.max(1, newest))
                .forEach(each -> needed.add(each.version()));
        for (Kept orphan : newestFirst) {
            if (orphan.open()) {
                needed.add(orphan.version());
                newestFirst.stream()
                        .filter(each -> !each.orphan() && each.version() < orphan.version())
                        .findFirst()
                        .ifPresent(base -> needed.add(base.version()));
            }
        }
        return needed;
    }

    private static boolean isOld(Kept each, Rule rule, Instant now) {
        Instant deletedAt = each.deletedAt();
        return deletedAt == null
                ? !each.writtenAt().isAfter(now.minus(rule.younger()))
                : !deletedAt.isAfter(now.minus(rule.deleted()));
    }
}
