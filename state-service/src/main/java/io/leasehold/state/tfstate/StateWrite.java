package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.StackRef;
import org.jspecify.annotations.Nullable;

/**
 * A state that somebody wants to be stored.
 *
 * @param md5 lower-case hex, of the bytes as they came
 * @param packed compressed and sealed
 */
public record StateWrite(
        StackRef stack,
        Writer writer,
        String lineage,
        long serial,
        String md5,
        long size,
        byte[] packed) {

    /** Who writes, and by what right. */
    public sealed interface Writer {
        /** As in the tokens file. */
        String name();

        /** A run, by the lease it was given. Null when it sent none. */
        record Run(String name, @Nullable String leaseId) implements Writer {
            /** Leaves the lease out: it is the right itself. */
            @Override
            public String toString() {
                return "Run[name=" + name + "]";
            }
        }

        /**
         * A person, by the lock it took.
         *
         * @param reason in the person's words; with one, a state of another lineage or with an
         *     older serial is taken too
         */
        record Person(String name, @Nullable String lockId, @Nullable String reason)
                implements Writer {}
    }
}
