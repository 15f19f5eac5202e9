package io.leasehold.ledger.api;

/**
 * What a saved plan is good for, as far as its worker knows it; the ledger knows the rest.
 *
 * @param mode {@code NORMAL} or {@code DESTROY}
 * @param moduleDigest SHA-256 of the module archive, lower-case hex
 * @param lockDigest SHA-256 of which providers were chosen, lower-case hex
 * @param tofuVersion the tofu that made it
 * @param inputsDigest SHA-256 of the variables that it was made with, lower-case hex; kept only
 *     under a key, since short values could be guessed from it
 */
public record PlanBinding(
        String mode,
        String moduleDigest,
        String lockDigest,
        String tofuVersion,
        String inputsDigest) {

    /** Leaves out what tells of the inputs. */
    @Override
    public String toString() {
        return "PlanBinding[mode=%s, moduleDigest=%s, tofuVersion=%s]"
                .formatted(mode, moduleDigest, tofuVersion);
    }
}
