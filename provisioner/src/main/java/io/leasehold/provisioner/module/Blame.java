package io.leasehold.provisioner.module;

/** Whose doing it is that a template could not be made this time. */
public enum Blame {
    /** The module's: its bytes end the same on every worker, for ever. */
    MODULE,
    /** This worker's, such as a full disk: it says nothing of the module. */
    WORKER,
    /** Not to be told, or somebody else's, such as an archive that cannot be had now. */
    UNKNOWN
}
