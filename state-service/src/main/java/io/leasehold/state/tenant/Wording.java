package io.leasehold.state.tenant;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts in words where a tenant and its stacks are and what is waited for, and why. Pure. */
final class Wording {

    private Wording() {}

    /** Where a stack is. */
    enum StackPhase {
        READY,
        DUE,
        RUNNING,
        WAITING,
        FAILED,
        HELD,
        DESTROYED
    }

    /** Where a life is. */
    enum TenantPhase {
        READY,
        PROGRESSING,
        WAITING,
        FAILED,
        SUSPENDED,
        DELETING,
        DELETED
    }

    static StackPhase phase(StackFacts stack) {
        if (stack.destroyed()) {
            return StackPhase.DESTROYED;
        }
        if (stack.worker() != null) {
            return StackPhase.RUNNING;
        }
        if (stack.failed()) {
            return StackPhase.FAILED;
        }
        if (stack.hold() != null) {
            return StackPhase.HELD;
        }
        if (stack.waitingCode() != null) {
            return StackPhase.WAITING;
        }
        if (stack.due()) {
            return StackPhase.DUE;
        }
        return stack.revision() > 0 && stack.revision() == stack.appliedRevision()
                ? StackPhase.READY
                : StackPhase.WAITING;
    }

    /** Why a stack is not ready; null when it is. */
    static @Nullable String reason(StackFacts stack) {
        String verb = stack.wanted() ? "apply" : "destroy";
        return switch (phase(stack)) {
            case READY -> null;
            case DESTROYED -> stack.waitingReason() == null ? "gone" : stack.waitingReason();
            case RUNNING ->
                    "a run is at work ("
                            + verb
                            + ", "
                            + String.valueOf(stack.runPhase()).toLowerCase(Locale.ROOT)
                            + ", run "
                            + stack.run()
                            + " on "
                            + stack.worker()
                            + ")"
                            + cancelling(stack.hold());
            case FAILED ->
                    "the "
                            + verb
                            + " failed for good after "
                            + tries(stack.attempts())
                            + ": "
                            + stack.failedCode()
                            + ", "
                            + stack.failedMessage()
                            + "; replay its dead letter, or publish a newer generation";
            case HELD -> held(Objects.requireNonNull(stack.hold()));
            case WAITING ->
                    stack.waitingReason() == null ? "waits to be planned" : stack.waitingReason();
            case DUE -> due(stack, verb);
        };
    }

    private static String held(StackFacts.Hold hold) {
        return "held ("
                + hold.code()
                + ")"
                + (hold.by() == null ? "" : " by " + hold.by())
                + (hold.since() == null ? "" : " since " + hold.since())
                + (hold.until() == null ? "" : " until " + hold.until())
                + ": "
                + hold.reason();
    }

    private static String cancelling(StackFacts.@Nullable Hold hold) {
        return hold == null || !hold.cancels()
                ? ""
                : "; it was asked to stop at "
                        + hold.since()
                        + " by "
                        + hold.by()
                        + ": "
                        + hold.reason();
    }

    private static String due(StackFacts stack, String verb) {
        if (stack.lockedBy() != null) {
            return stack.lockedBy()
                    + " holds the lock of its state since "
                    + stack.lockedSince()
                    + "; it goes on when that is released (leasehold locks)";
        }
        if (stack.notBefore() != null) {
            return (stack.waitingReason() == null
                            ? "the last " + verb + " failed"
                            : stack.waitingReason())
                    + "; the next try comes at "
                    + stack.notBefore();
        }
        if (stack.cap() != null) {
            return capped(stack.cap());
        }
        return "due to " + verb + " since " + stack.dueSince() + "; no worker has taken it yet";
    }

    private static String capped(StackFacts.Cap cap) {
        return cap.shut()
                ? "the cap "
                        + cap.name()
                        + " lets none begin; it goes on when the cap is raised or removed (leasehold caps)"
                : "as many runs as the cap "
                        + cap.name()
                        + " allows are at work; it goes on when one of them ends (leasehold caps)";
    }

    private static String tries(int attempts) {
        return attempts == 1 ? "1 try" : attempts + " tries";
    }

    /**
     * Where a life is.
     *
     * @param settled observed is what is wanted
     */
    static TenantPhase phase(
            String lifecycle, boolean gone, @Nullable String waitingCode, List<StackFacts> stacks) {
        if (gone) {
            return TenantPhase.DELETED;
        }
        boolean failed = stacks.stream().anyMatch(stack -> phase(stack) == StackPhase.FAILED);
        if (failed) {
            return TenantPhase.FAILED;
        }
        if (lifecycle.equals("deleted")) {
            return TenantPhase.DELETING;
        }
        if (waitingCode != null) {
            return TenantPhase.WAITING;
        }
        boolean working =
                stacks.stream()
                        .map(Wording::phase)
                        .anyMatch(phase -> phase == StackPhase.RUNNING || phase == StackPhase.DUE);
        if (working) {
            return TenantPhase.PROGRESSING;
        }
        if (lifecycle.equals("suspended")) {
            return TenantPhase.SUSPENDED;
        }
        boolean ready =
                stacks.stream()
                        .map(Wording::phase)
                        .allMatch(phase ->
                                phase == StackPhase.READY || phase == StackPhase.DESTROYED);
        return ready ? TenantPhase.READY : TenantPhase.WAITING;
    }

    /**
     * What is said of a life besides its stacks.
     *
     * @param waitingReason why nothing of it can start; null when nothing stands in the way
     * @param waitingSince ISO-8601 in UTC
     * @param held changes of the tenant that are held since they cannot be put in order
     */
    record LifeFacts(@Nullable String waitingReason, @Nullable String waitingSince, long held) {}

    /** What is waited for, one sentence each; empty when nothing is. */
    static List<String> waitingFor(LifeFacts life, List<StackFacts> stacks) {
        List<String> lines = new ArrayList<>();
        if (life.waitingReason() != null) {
            lines.add(
                    "the tenant "
                            + life.waitingReason()
                            + (life.waitingSince() == null
                                    ? ""
                                    : " (since " + life.waitingSince() + ")"));
        }
        if (life.held() > 0) {
            lines.add(
                    (life.held() == 1
                                    ? "a change of the tenant is held"
                                    : life.held() + " changes of the tenant are held")
                            + " since its source is not as it was (SOURCE_CHANGED); an operator"
                            + " must say how it goes on");
        }
        for (StackFacts stack : stacks) {
            StackPhase phase = phase(stack);
            if (phase != StackPhase.READY && phase != StackPhase.DESTROYED) {
                lines.add(stack.name() + ": " + reason(stack));
            }
        }
        return lines;
    }
}
