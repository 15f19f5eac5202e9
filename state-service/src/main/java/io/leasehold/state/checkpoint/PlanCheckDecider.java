package io.leasehold.state.checkpoint;

import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides whether a plan that an earlier run left may be applied by this one. Pure. */
final class PlanCheckDecider {

    private PlanCheckDecider() {}

    /**
     * What a plan is bound to, and what the run that asks for it is.
     *
     * @param generation of the life: whatever was said of the tenant since makes the plan void, a
     *     suspension that is over by now too
     * @param state the version that is served
     * @param inputs keyed hash of the variables
     */
    record Bound(
            RunKind kind,
            String mode,
            long generation,
            long revision,
            State state,
            String moduleDigest,
            String lockDigest,
            String tofuVersion,
            String inputs) {}

    /** One version of a stack's state; nothing but its number where there is none. */
    record State(long version, @Nullable String lineage, @Nullable Long serial) {}

    /**
     * @param phase of the run that asks: once it applies, something may have changed that no plan
     *     from before knows
     * @param expired the plan's time is over
     */
    record Situation(Bound made, Bound now, RunPhase phase, boolean expired) {}

    /** Why a plan is void. */
    enum Flaw {
        APPLY_BEGUN("an apply may have begun since"),
        EXPIRED("its time is over"),
        KIND("something else is to be done now"),
        GENERATION("the tenant was changed since"),
        REVISION("a newer revision is wanted"),
        STATE("the state was changed since"),
        MODULE("the module is another"),
        PROVIDERS("the providers are others"),
        TOFU("this worker's tofu is of another version"),
        INPUTS("the inputs are others");

        private final String words;

        Flaw(String words) {
            this.words = words;
        }

        /** For people. */
        String words() {
            return words;
        }
    }

    /** The first reason against it; empty when exactly these bytes may be applied. */
    static Optional<Flaw> decide(Situation now) {
        if (now.phase() == RunPhase.APPLYING || now.phase() == RunPhase.FINISHED) {
            return Optional.of(Flaw.APPLY_BEGUN);
        }
        return now.expired() ? Optional.of(Flaw.EXPIRED) : difference(now.made(), now.now());
    }

    private static Optional<Flaw> difference(Bound made, Bound now) {
        if (made.kind() != now.kind() || !made.mode().equals(now.mode())) {
            return Optional.of(Flaw.KIND);
        }
        if (made.revision() != now.revision()) {
            return Optional.of(Flaw.REVISION);
        }
        if (made.generation() != now.generation()) {
            return Optional.of(Flaw.GENERATION);
        }
        if (!Objects.equals(made.state(), now.state())) {
            return Optional.of(Flaw.STATE);
        }
        if (!made.moduleDigest().equals(now.moduleDigest())) {
            return Optional.of(Flaw.MODULE);
        }
        if (!made.lockDigest().equals(now.lockDigest())) {
            return Optional.of(Flaw.PROVIDERS);
        }
        if (!made.tofuVersion().equals(now.tofuVersion())) {
            return Optional.of(Flaw.TOFU);
        }
        return made.inputs().equals(now.inputs()) ? Optional.empty() : Optional.of(Flaw.INPUTS);
    }
}
