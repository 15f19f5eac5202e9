package io.leasehold.provisioner.module;

import java.io.IOException;
import java.nio.file.Path;

/** Initialises an unpacked module, in the sandbox. Any thread. */
public interface ModuleInitialiser {

    /**
     * The version of the tofu that does it.
     *
     * @throws IOException when it cannot be run
     */
    String tofuVersion() throws IOException, InterruptedException;

    /**
     * Names everything besides the module that the result depends on: tofu, the providers that are
     * there, how the sandbox lays out its files. Letters and digits only.
     *
     * @throws IOException when one of them cannot be looked at
     */
    String fingerprint() throws IOException, InterruptedException;

    /** Runs {@code init} with {@code root} as the module; it is written to. */
    Outcome initialise(String runId, Path root) throws InterruptedException;

    /** What it ends in. */
    sealed interface Outcome {

        /** Done. */
        record Initialised() implements Outcome {}

        /**
         * Not done.
         *
         * @param reason what tofu said
         */
        record Failed(Blame blame, String reason) implements Outcome {}
    }
}
