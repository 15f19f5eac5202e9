package io.leasehold.provisioner.sandbox;

/** What a run has used up: its control group had no more, and the kernel has said so. */
public enum Shortage {
    /** Something of it was killed for it. */
    MEMORY,
    /** It was refused a process or a thread. */
    PROCESSES
}
