package io.leasehold.cli;

/** How a command ended, for scripts. The numbers are part of the interface. */
public enum ExitCode {
    /** Done. */
    OK(0),
    /** Something went wrong in this program. */
    INTERNAL(1),
    /** The command line is not one. */
    USAGE(2),
    /** Nothing of that name, or nothing matched. */
    NOT_FOUND(4),
    /** The service or a guard said no; the message says why. */
    REFUSED(5),
    /** The service or the broker cannot be reached, or does not know the token. */
    UNREACHABLE(7);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** What the process exits with. */
    public int number() {
        return number;
    }
}
