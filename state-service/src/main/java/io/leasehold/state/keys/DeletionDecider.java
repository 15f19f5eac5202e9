package io.leasehold.state.keys;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides whether the data key of a life may be deleted. Pure; says it in plain words too. */
final class DeletionDecider {

    private DeletionDecider() {}

    /**
     * A life and what it left.
     *
     * @param gone nothing of it is left to do
     * @param standing stacks that are not destroyed
     * @param retained stacks that were let go as they stand, by their deletion policy
     * @param unmanaged stacks with a state that the ledger never managed
     * @param locked stacks that a person holds
     * @param orphaned stacks with an orphan that nobody has settled
     * @param oldSeals something of it is still sealed in the old way, with another key
     * @param key null when it never had one
     */
    record Facts(
            String life,
            boolean gone,
            List<String> standing,
            List<String> retained,
            List<String> unmanaged,
            List<String> locked,
            List<String> orphaned,
            boolean oldSeals,
            @Nullable Key key) {}

    /**
     * A data key.
     *
     * @param deleted on purpose, before
     */
    record Key(String id, String masterKeyId, boolean deleted) {}

    /** What is to be done. */
    sealed interface Verdict {
        /** The key may go. */
        record Delete(Key key) implements Verdict {}

        /** It may not. */
        record Refuse(int status, String code, String what) implements Verdict {}
    }

    static Verdict decide(@Nullable Facts facts, String life) {
        if (facts == null) {
            return refuse(404, "LIFE_UNKNOWN", "The ledger knows no life " + life + ".");
        }
        Key key = facts.key();
        if (key != null && key.deleted()) {
            return refuse(
                    410,
                    "KEY_DELETED",
                    "The data key of " + life + " was deleted before; there is a receipt.");
        }
        if (!facts.retained().isEmpty()) {
            return refuse(
                    409,
                    "KEY_RETAINED",
                    "%s was let go as it stands: its state is the only record of it and keeps its key (%s)."
                            .formatted(life, names(facts.retained())));
        }
        String use = use(facts);
        if (use != null) {
            return refuse(409, "KEY_IN_USE", life + ": " + use);
        }
        if (facts.oldSeals()) {
            return refuse(
                    409,
                    "OLD_SEALS",
                    "Part of what "
                            + life
                            + " left is still sealed with a master key itself and would stay"
                            + " readable: first let `leasehold keys rotate` come to its end.");
        }
        return key == null
                ? refuse(404, "KEY_UNKNOWN", life + " has no data key: nothing was sealed.")
                : new Verdict.Delete(key);
    }

    private static @Nullable String use(Facts facts) {
        if (!facts.standing().isEmpty()) {
            return "not destroyed: " + names(facts.standing()) + "; delete the tenant first.";
        }
        if (!facts.gone()) {
            return "the life is not over; delete the tenant first.";
        }
        if (!facts.unmanaged().isEmpty()) {
            return "it has states that no run manages, and nobody knows what they own: "
                    + names(facts.unmanaged())
                    + ".";
        }
        if (!facts.orphaned().isEmpty()) {
            return "orphans tell of things that may still be there, and nobody has settled them: "
                    + names(facts.orphaned())
                    + "; see `leasehold states orphans`.";
        }
        return facts.locked().isEmpty()
                ? null
                : "a person holds " + names(facts.locked()) + "; see `leasehold locks`.";
    }

    private static String names(List<String> stacks) {
        return String.join(", ", stacks);
    }

    private static Verdict refuse(int status, String code, String what) {
        return new Verdict.Refuse(status, code, what);
    }
}
