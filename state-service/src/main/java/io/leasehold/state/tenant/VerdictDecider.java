package io.leasehold.state.tenant;

import io.leasehold.events.Alarm;
import io.leasehold.events.ErrorCode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The ledger's verdict on an event. The rules are tried in their order and the first that fits
 * decides. Pure; safe to share.
 */
public final class VerdictDecider {
    /** A larger step in generations is taken for a mistake, since there is no way back from it. */
    static final long LARGEST_GENERATION_STEP = 1_000_000;

    /** A larger step in incarnations is taken for a mistake. */
    static final long LARGEST_INCARNATION_STEP = 1_000;

    /**
     * By generation.
     *
     * @param lives every life of the tenant that was ever seen
     */
    public Verdict decide(List<KnownLife> lives, Change change) {
        return decide(lives, change, life -> within(life, change));
    }

    /**
     * By position; the change's own generation is not looked at.
     *
     * @param lives every life of the tenant that was ever seen
     * @param newer it came later than the newest event of its life
     */
    public Verdict decideByPosition(List<KnownLife> lives, Change change, boolean newer) {
        return decide(lives, change, life -> withinByPosition(life, change, newer));
    }

    private static Verdict decide(
            List<KnownLife> lives, Change change, Function<KnownLife, Verdict> within) {
        Optional<KnownLife> newest =
                lives.stream().max(Comparator.comparingInt(KnownLife::incarnation));
        if (!change.delete() && change.blueprint() == null) {
            return newest.isEmpty()
                    ? refused(ErrorCode.TENANT_UNKNOWN, "nothing is known of this tenant")
                    : refused(ErrorCode.SCHEMA_VIOLATION, "the full desired state is missing");
        }
        long known = newest.map(KnownLife::incarnation).orElse(0);
        if (change.incarnation() - known > LARGEST_INCARNATION_STEP) {
            return refused(
                    ErrorCode.INCARNATION_JUMP,
                    "incarnation " + change.incarnation() + " is far above the newest, " + known);
        }
        if (newest.isEmpty() || change.incarnation() > known) {
            return new Verdict.Accepted(true);
        }
        Optional<KnownLife> own =
                lives.stream()
                        .filter(life -> life.incarnation() == change.incarnation())
                        .findFirst();
        if (change.incarnation() < known && (own.isEmpty() || !change.delete())) {
            return new Verdict.Stale(
                    Alarm.OLD_INCARNATION.name(),
                    "incarnation " + known + " took the place of " + change.incarnation());
        }
        return own.map(within)
                .orElseThrow(() -> new IllegalStateException("the newest life is among the lives"));
    }

    private static Verdict within(KnownLife life, Change change) {
        if (life.deleted()) {
            boolean newer = change.generation() > life.generation();
            return change.delete() ? deletedAgain(life, newer) : afterDelete(life, newer);
        }
        if (change.delete()) {
            return change.generation() >= life.generation()
                    ? new Verdict.Accepted(false)
                    : new Verdict.Stale(
                            Alarm.STALE_DELETE.name(),
                            "a delete older than generation "
                                    + life.generation()
                                    + "; not executed");
        }
        if (change.generation() - life.generation() > LARGEST_GENERATION_STEP) {
            return refused(
                    ErrorCode.GENERATION_JUMP,
                    "generation " + change.generation() + " is far above " + life.generation());
        }
        if (change.generation() > life.generation()) {
            return new Verdict.Accepted(false);
        }
        return change.generation() == life.generation()
                ? sameGeneration(life, change)
                : olderGeneration(life, change);
    }

    private static Verdict withinByPosition(KnownLife life, Change change, boolean newer) {
        if (life.deleted()) {
            return change.delete() ? deletedAgain(life, newer) : afterDelete(life, newer);
        }
        if (life.specHash().equals(change.specHash())) {
            return new Verdict.Duplicate("this is what is wanted already");
        }
        return newer
                ? new Verdict.Accepted(false)
                : new Verdict.Stale(null, "something that came later is wanted already");
    }

    private static Verdict deletedAgain(KnownLife life, boolean newer) {
        return life.destroyFailed() && newer
                ? new Verdict.Accepted(false)
                : new Verdict.Duplicate("this life is deleted already");
    }

    private static Verdict afterDelete(KnownLife life, boolean newer) {
        return newer
                ? refused(
                        ErrorCode.INCARNATION_REQUIRED,
                        "incarnation "
                                + life.incarnation()
                                + " was deleted at generation "
                                + life.generation())
                : new Verdict.Stale(null, "this life was deleted later");
    }

    private static Verdict sameGeneration(KnownLife life, Change change) {
        return life.specHash().equals(change.specHash())
                ? new Verdict.Duplicate("this generation is what is wanted already")
                : new Verdict.Refused(
                        ErrorCode.GENERATION_CONFLICT.name(),
                        Alarm.GENERATION_CONFLICT.name(),
                        "generation " + life.generation() + " was used for other content");
    }

    private static Verdict olderGeneration(KnownLife life, Change change) {
        String then = life.hashThen();
        if (then == null) {
            return new Verdict.Stale(
                    null, "generation " + life.generation() + " is wanted already");
        }
        return then.equals(change.specHash())
                ? new Verdict.Duplicate("this generation was accepted before")
                : new Verdict.Stale(
                        Alarm.GENERATION_REGRESSION.name(),
                        "generation " + change.generation() + " was used for other content before");
    }

    private static Verdict refused(ErrorCode code, String reason) {
        return new Verdict.Refused(code.name(), null, reason);
    }
}
