package io.leasehold.provisioner.module;

import java.nio.file.Path;

/** Initialises an unpacked module, in the sandbox. Any thread. */
public interface ModuleInitialiser {

    /** The version of the tofu that does it. */
    String tofuVersion() throws InterruptedException;

    /**
     * Names everything besides the module that the result depends on: tofu, the providers that are
     * there, how the sandbox lays out its files. Letters and digits only.
     */
    String fingerprint() throws InterruptedException;

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
        record Failed(String reason) implements Outcome {}
    }
}
