package io.leasehold.provisioner.sandbox;

import io.leasehold.provisioner.process.ProcessOutcome;
import java.util.function.Supplier;

/**
 * Tells a program that never was from one that was lost with what stands around it. The first is a
 * fault of the worker; the second may be the run's own doing: it has used up its memory or its
 * processes, and the kernel has ended whoever was next. Pure.
 */
final class HowItEnded {

    private HowItEnded() {}

    /**
     * @param outcome of the outermost process
     * @param status what was written of the program inside: its process once there is one, its exit
     *     code only when it has ended and everything around it is sound
     * @param complaint what was said, for people
     */
    static ProcessOutcome of(ProcessOutcome outcome, String status, Supplier<String> complaint) {
        if (!(outcome instanceof ProcessOutcome.Exited(int code))
                || code == 0
                || status.contains("\"exit-code\"")) {
            return outcome;
        }
        boolean begun = status.contains("\"child-pid\"");
        // Bubblewrap never ends with the second by itself; the door, in Go, may.
        return begun && (code == ProcessOutcome.KILLED || code == ProcessOutcome.CRASHED)
                ? new ProcessOutcome.Exited(ProcessOutcome.KILLED)
                : new ProcessOutcome.FailedToStart("sandbox: " + complaint.get());
    }
}
