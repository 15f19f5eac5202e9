package io.leasehold.provisioner.module;

/**
 * Ready modules by digest. A template is made once per module, tofu and provider set, then shared
 * by all runs, also of other worker processes on the same directory. Any thread.
 */
public interface Templates {

    /**
     * Gives the template, making it first when there is none: fetches the archive, refuses what
     * must not run here, and initialises it inside the sandbox. Callers that ask for one that is
     * being made wait for it.
     *
     * @param moduleDigest SHA-256 of the archive, lower-case hex
     * @throws InterruptedException while waiting
     */
    TemplateResult of(String moduleDigest) throws InterruptedException;

    /** Whether {@link #of} would answer at once. */
    default boolean known(String moduleDigest) {
        return false;
    }
}
