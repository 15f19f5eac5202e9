package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.ReplayItemState;
import org.jspecify.annotations.Nullable;

/** Decides what became of a letter that was replayed, by what the ledger knows. Pure. */
final class FateDecider {
    private FateDecider() {}

    /** What the ledger knows of a letter that was sent. */
    sealed interface Sent {
        /**
         * A refused event.
         *
         * @param takenIn intake has it
         * @param disposition of the record that was sent; null where it is not there (any more)
         */
        record Event(
                boolean takenIn,
                @Nullable Disposition disposition,
                @Nullable String code,
                @Nullable String reason)
                implements Sent {}

        /**
         * A failed run.
         *
         * @param againCode of the letter that its replay ended as; null while there is none
         * @param applied the stack is at the run's revision, or a newer one
         * @param movedOn the stack is wanted at a newer revision, or is gone
         */
        record Run(
                @Nullable String againCode,
                @Nullable String againReason,
                boolean applied,
                boolean movedOn)
                implements Sent {}

        /** The letter went with time. */
        record Gone() implements Sent {}
    }

    /** What became of it, why, and in plain words. */
    record Fate(ReplayItemState state, @Nullable String code, String what) {}

    static Fate of(Sent sent) {
        return switch (sent) {
            case Sent.Event event -> event(event);
            case Sent.Run run -> run(run);
            case Sent.Gone _ -> gone();
        };
    }

    private static Fate gone() {
        return new Fate(ReplayItemState.NOTHING, null, "What became of it is not kept any longer.");
    }

    private static Fate run(Sent.Run run) {
        if (run.againCode() != null) {
            return new Fate(
                    ReplayItemState.FAILED,
                    run.againCode(),
                    "It failed again: " + run.againReason());
        }
        if (run.applied()) {
            return done();
        }
        return run.movedOn()
                ? new Fate(
                        ReplayItemState.SUPERSEDED,
                        null,
                        "The tenant moved on before its new attempt was through.")
                : new Fate(
                        ReplayItemState.AT_WORK,
                        null,
                        "The stack has a new attempt; it is due or at work.");
    }

    private static Fate done() {
        return new Fate(ReplayItemState.DONE, null, "What it wanted is in place.");
    }

    private static Fate event(Sent.Event event) {
        if (!event.takenIn()) {
            return new Fate(ReplayItemState.SENT, null, "Sent; intake has not taken it in.");
        }
        Disposition disposition = event.disposition();
        if (disposition == null) {
            return gone();
        }
        return switch (disposition) {
            case PENDING, BEHIND ->
                    new Fate(
                            ReplayItemState.AT_WORK,
                            event.code(),
                            event.reason() == null
                                    ? "Accepted; what it wants is not in place yet."
                                    : "Accepted; it waits: " + event.reason());
            case APPLIED, UNCHANGED, SKIPPED -> done();
            case FAILED ->
                    new Fate(
                            ReplayItemState.FAILED,
                            event.code(),
                            "Accepted, but a run for it failed for good: see the dead letters of the"
                                    + " tenant.");
            case DEAD_LETTERED ->
                    new Fate(
                            ReplayItemState.FAILED,
                            event.code(),
                            "It was refused again: " + event.reason());
            case SUPERSEDED, STALE ->
                    new Fate(
                            ReplayItemState.SUPERSEDED,
                            event.code(),
                            "The tenant had moved on: nothing was applied of it.");
            case DUPLICATE, BELOW_WATERMARK ->
                    new Fate(
                            ReplayItemState.NOTHING,
                            event.code(),
                            "It was wanted already: nothing was to be done.");
        };
    }
}
