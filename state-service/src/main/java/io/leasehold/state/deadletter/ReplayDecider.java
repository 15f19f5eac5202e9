package io.leasehold.state.deadletter;

import org.jspecify.annotations.Nullable;

/** Decides what a replay of a dead letter does. Pure; says it in plain words too. */
public final class ReplayDecider {

    /** What came back this often is not sent again: it would go round for ever. */
    static final int MOST_REPLAYS = 3;

    private ReplayDecider() {}

    /** A letter, and what is known around it. */
    public sealed interface Letter {
        /** OPEN, REPLAYED, SUPERSEDED or DISCARDED. */
        String status();

        /** How often it, or the letters it came from, were replayed. */
        int replays();

        /** It failed as before its last replay, in the same versions of blueprint and service. */
        boolean sameAgain();

        /** The operator passes the guards that ask for it. */
        boolean forced();

        /**
         * A refused event.
         *
         * @param bytesKept false when only the origin was kept
         * @param edited a corrected copy waits
         * @param problem what is still wrong with what would be sent, if anything
         * @param movedOn the tenant's desired state is newer than what would be sent
         * @param deletes what would be sent deletes the tenant
         */
        record Event(
                String status,
                int replays,
                boolean sameAgain,
                boolean forced,
                boolean bytesKept,
                boolean edited,
                @Nullable String problem,
                boolean movedOn,
                boolean deletes)
                implements Letter {}

        /**
         * A failed run.
         *
         * @param stillWanted its generation is the desired one, and its revision the stack's
         * @param failed the stack stands failed at that revision
         * @param running a run of the stack is at work or due
         * @param broken a breaker holds the stack
         */
        record Run(
                String status,
                int replays,
                boolean sameAgain,
                boolean forced,
                boolean stillWanted,
                boolean failed,
                boolean running,
                boolean broken)
                implements Letter {}
    }

    /** What a replay does. */
    public sealed interface Plan {
        /** In plain words, before it is done. */
        String what();

        /**
         * The event goes onto the input topic again.
         *
         * @param done the same in plain words, after it was done
         */
        record SendAgain(String what, String done) implements Plan {}

        /** The stack gets a new attempt. */
        record NewAttempt(String what, String done) implements Plan {}

        /** The tenant moved on: the letter is closed and nothing is sent. */
        record CloseSuperseded(String what, String done) implements Plan {}

        /** Nothing to do: what the replay asks for is there or at work. */
        record Nothing(String what) implements Plan {}

        /** The replay would be of no use. */
        record Refused(String code, String what) implements Plan {}
    }

    public static Plan decide(Letter letter) {
        if (!letter.status().equals("OPEN")) {
            return closed(letter.status());
        }
        if (letter.replays() >= MOST_REPLAYS && !letter.forced()) {
            return new Plan.Refused(
                    "REPLAY_LOOP",
                    "It was replayed "
                            + letter.replays()
                            + " times and came back each time; correct the cause and publish a new"
                            + " generation, or insist with --force.");
        }
        return switch (letter) {
            case Letter.Event event -> event(event);
            case Letter.Run run -> run(run);
        };
    }

    private static Plan closed(String status) {
        return switch (status) {
            case "REPLAYED" -> new Plan.Nothing("It was replayed already.");
            case "SUPERSEDED" ->
                    new Plan.Nothing("The tenant moved on; the letter is closed as superseded.");
            default -> new Plan.Nothing("The letter is closed.");
        };
    }

    private static Plan event(Letter.Event event) {
        if (!event.bytesKept() && !event.edited()) {
            return new Plan.Refused(
                    "BYTES_NOT_KEPT",
                    "Only its origin was kept, since the bytes held a secret: publish a corrected"
                            + " event, or edit a whole new value into the letter.");
        }
        String copy = event.edited() ? "the corrected copy" : "the original bytes";
        if (event.problem() != null) {
            return new Plan.Refused(
                    "STILL_INVALID",
                    "Sending " + copy + " again would be refused again: " + event.problem());
        }
        if (event.movedOn()) {
            String why = "The tenant's desired state is newer than " + copy + ": ";
            return new Plan.CloseSuperseded(
                    why + "would close the letter as superseded and send nothing.",
                    why + "the letter is closed as superseded, and nothing was sent.");
        }
        if (event.deletes() && !event.forced()) {
            return new Plan.Refused(
                    "REPLAY_DELETES",
                    "Sending "
                            + copy
                            + " again deletes the tenant and what it has; if that is wanted insist"
                            + " with --force.");
        }
        if (event.sameAgain() && !event.edited() && !event.forced()) {
            return sameAgain();
        }
        String what = copy + " to the input topic with its key, as " + count(event) + "; ";
        return new Plan.SendAgain(
                "Would send " + what + "it is judged there as any event is.",
                "Sent " + what + "its tenant's events say what becomes of it.");
    }

    private static Plan sameAgain() {
        return new Plan.Refused(
                "SAME_FAILURE",
                "Its last replay failed the same way, with the same blueprint: correct the cause"
                        + " first; if it was corrected elsewhere insist with --force.");
    }

    private static String count(Letter letter) {
        return "replay " + (letter.replays() + 1) + " of at most " + MOST_REPLAYS;
    }

    private static Plan run(Letter.Run run) {
        if (!run.stillWanted()) {
            return new Plan.CloseSuperseded(
                    "The tenant moved on since: would close the letter as superseded and start"
                            + " nothing.",
                    "The tenant moved on since: the letter is closed as superseded, and nothing was"
                            + " started.");
        }
        if (run.running()) {
            return new Plan.Nothing("A run for it is at work or due already.");
        }
        if (!run.failed()) {
            return new Plan.Nothing("What it wanted is applied already.");
        }
        if (run.broken()) {
            return new Plan.Refused(
                    "BREAKER_OPEN",
                    "A breaker is open for what it failed at (leasehold breakers): correct the cause,"
                            + " and replay it once that has closed.");
        }
        if (run.sameAgain() && !run.forced()) {
            return sameAgain();
        }
        return new Plan.NewAttempt(
                "Would give the stack a new attempt with a fresh plan, as " + count(run) + ".",
                "The stack has a new attempt with a fresh plan, " + count(run) + ".");
    }
}
