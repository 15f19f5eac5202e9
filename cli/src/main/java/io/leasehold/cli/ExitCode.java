package io.leasehold.cli;

/** How a command ended, for scripts. The numbers are part of the interface. */
public enum ExitCode {
    /** Done; a listing that is empty is done too. */
    OK(0, "done; a listing that is empty is done too"),
    /** Something went wrong in this program. */
    INTERNAL(1, "something went wrong in this program"),
    /** The command line, a file it names or the environment is not as it must be. */
    USAGE(2, "the command line, a file it names or the environment is not as it must be"),
    /** Doctor found something wrong. */
    FINDINGS(3, "doctor found something wrong; it says what, and what to do"),
    /** There is nothing of that name. */
    NOT_FOUND(4, "there is nothing of that name"),
    /** The service or a check said no; the message says why. */
    REFUSED(5, "the service or a check said no; the message says why"),
    /** The service or the broker cannot be reached, or does not know the token. */
    UNREACHABLE(
            7,
            "the service or the broker cannot be reached, does not know the token, or answers what"
                    + " no state service answers");

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
