package io.leasehold.cli;

/** How a command ended, for scripts. The numbers are part of the interface. */
public enum ExitCode {
    /** Done; a listing that is empty is done too. */
    OK(0, "done; a listing that is empty is done too"),
    /** Something went wrong in this program. */
    INTERNAL(1, "something went wrong in this program"),
    /** The command line, a file it names or the environment is not as it must be. */
    USAGE(2, "the command line, a file it names or the environment is not as it must be"),
    /** It was done, and not all is well: what doctor found, or letters that failed again. */
    FINDINGS(
            3,
            "done, and not all is well: doctor found something wrong, or some of what was asked for"
                    + " failed; it says what, and what to do"),
    /** There is nothing of that name, or nothing that was asked for. */
    NOT_FOUND(4, "there is nothing of that name, or nothing matches"),
    /** The service or a check said no; the message says why. */
    REFUSED(5, "the service or a check said no; the message says why"),
    /** Another command has it in hand. */
    LEASED(6, "another command is at it; it is free some seconds after that one has ended"),
    /** The service or the broker cannot be reached, or does not know the token. */
    UNREACHABLE(
            7,
            "the service or the broker cannot be reached, does not know the token, or answers what"
                    + " no state service answers"),
    /** Interrupted; what was begun can be gone on with. */
    INTERRUPTED(130, "interrupted; what was begun is said, and can be gone on with");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    /** What the process exits with. */
    public int number() {
        return number;
    }

    /** For the help text. */
    public String meaning() {
        return meaning;
    }
}
