package io.leasehold.client;

import io.leasehold.events.StackKey;
import io.leasehold.events.outgoing.OutputsWithdrawn;
import io.leasehold.events.outgoing.StackOutputs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The newest outputs by key, whatever order and how often records come in. Pure; not safe for many
 * threads.
 *
 * <p>A record is newer than another of its key if its generation, its state version or its sequence
 * is greater. In a healthy ledger the three only grow together. One of them is enough, since an
 * operator's repair may lower the generation, and a ledger restored from a backup may lower the
 * others.
 */
final class OutputsTable {
    private final Map<StackKey, Entry> entries = new HashMap<>();

    private record Entry(
            long generation, long stateVersion, long sequence, @Nullable StackOutputs outputs) {
        boolean isOlderThan(long generation, long stateVersion, long sequence) {
            return generation > this.generation
                    || stateVersion > this.stateVersion
                    || sequence > this.sequence;
        }
    }

    Optional<OutputsChange> published(StackOutputs outputs) {
        boolean newer =
                take(
                        outputs.stackKey(),
                        new Entry(
                                outputs.generation(),
                                outputs.stateVersion(),
                                outputs.sequence(),
                                outputs));
        return newer ? Optional.of(new OutputsChange.Published(outputs)) : Optional.empty();
    }

    Optional<OutputsChange> withdrawn(OutputsWithdrawn withdrawn) {
        StackKey key = withdrawn.stackKey();
        boolean there = current(key) != null;
        boolean newer =
                take(
                        key,
                        new Entry(
                                withdrawn.generation(),
                                withdrawn.stateVersion(),
                                withdrawn.sequence(),
                                null));
        return newer && there
                ? Optional.of(new OutputsChange.Withdrawn(key, withdrawn.reason()))
                : Optional.empty();
    }

    /**
     * Forgets the outputs but not how new they were, so that an old record does not bring them
     * back.
     */
    Optional<OutputsChange> tombstone(StackKey key) {
        Entry entry = entries.get(key);
        if (entry == null || entry.outputs() == null) {
            return Optional.empty();
        }
        entries.put(
                key, new Entry(entry.generation(), entry.stateVersion(), entry.sequence(), null));
        return Optional.of(new OutputsChange.Withdrawn(key, null));
    }

    @Nullable StackOutputs current(StackKey key) {
        Entry entry = entries.get(key);
        return entry == null ? null : entry.outputs();
    }

    /** All that are there now. */
    Map<StackKey, StackOutputs> all() {
        Map<StackKey, StackOutputs> all = new HashMap<>();
        entries.forEach((key, entry) -> {
            if (entry.outputs() != null) {
                all.put(key, entry.outputs());
            }
        });
        return all;
    }

    /** What somebody who knew {@code before} has to be told, withdrawals first. */
    List<OutputsChange> since(Map<StackKey, StackOutputs> before) {
        Map<StackKey, StackOutputs> now = all();
        List<OutputsChange> changes = new ArrayList<>();
        before.keySet().stream()
                .filter(key -> !now.containsKey(key))
                .forEach(key -> changes.add(new OutputsChange.Withdrawn(key, null)));
        now.forEach((key, outputs) -> {
            if (!outputs.equals(before.get(key))) {
                changes.add(new OutputsChange.Published(outputs));
            }
        });
        return changes;
    }

    private boolean take(StackKey key, Entry entry) {
        Entry last = entries.get(key);
        if (last != null
                && !last.isOlderThan(entry.generation(), entry.stateVersion(), entry.sequence())) {
            return false;
        }
        entries.put(key, entry);
        return true;
    }
}
