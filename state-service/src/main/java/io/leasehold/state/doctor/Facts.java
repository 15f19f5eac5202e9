package io.leasehold.state.doctor;

import io.leasehold.state.schema.SchemaLevels;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found, without a judgement. Lists of things that are wrong by themselves hold the first
 * ones only.
 *
 * @param ledger null when the database is away
 */
record Facts(Machine machine, @Nullable Keys keys, @Nullable Ledger ledger) {

    /** The answering process and its machine. */
    record Machine(Duration up, String folder, long freeBytes) {}

    /**
     * Keys of encryption at rest.
     *
     * @param rotating a rotation to the first one is at work
     */
    record Keys(List<MasterKey> masters, boolean rotating) {}

    /**
     * One master key.
     *
     * @param first it wraps new data keys
     * @param known the process was given it
     * @param works it wraps and unwraps now; false for an unknown one
     * @param wraps some data key is wrapped by it
     */
    record MasterKey(String id, boolean first, boolean known, boolean works, boolean wraps) {}

    /**
     * The database.
     *
     * @param rest null when its schema is not one that can be asked more
     */
    record Ledger(Clock clock, SchemaLevels.Levels schema, long bytes, @Nullable Work work) {}

    /**
     * Clocks.
     *
     * @param serviceAhead of the database; negative when it is behind
     * @param pulse how long ago service time was beaten
     */
    record Clock(Duration serviceAhead, @Nullable Duration pulse) {}

    /**
     * What goes on in the ledger.
     *
     * @param breakers that are not closed
     * @param letters open dead letters by id and kind, the oldest first
     * @param failed stacks that failed for good, with the code
     */
    record Work(
            List<Since> leases,
            List<Since> personsLocks,
            List<Shard> shards,
            List<Since> workers,
            List<String> holds,
            List<Since> breakers,
            List<Round> rounds,
            List<Partitioned> tables,
            List<Since> letters,
            List<String> failed) {}

    /** Something, by name, and since when or for how long. */
    record Since(String name, String who, Duration age) {}

    /**
     * A shard of the outbox.
     *
     * @param known it is one that publishers can get; a row in another one is never published
     * @param publisher who drains it; null when nobody does now
     * @param oldest how long its oldest row waits
     */
    record Shard(int shard, boolean known, @Nullable String publisher, Duration oldest) {}

    /**
     * A kind of retention.
     *
     * @param ended how long ago its last whole round ended; null before the first
     */
    record Round(String kind, @Nullable Duration ended) {}

    /**
     * A table with partitions by time.
     *
     * @param ahead how far they reach from now
     * @param rest rows lie in none of them
     */
    record Partitioned(String table, Duration ahead, boolean rest) {}
}
