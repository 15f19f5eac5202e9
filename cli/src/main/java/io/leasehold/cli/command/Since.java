package io.leasehold.cli.command;

import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** A time, or a length before now. */
final class Since {
    private Since() {}

    /** As the service takes it: {@code PT24H} and {@code P7D} are counted back from now. */
    static String instant(String given) {
        try {
            return given.startsWith("P")
                    ? Instant.now().minus(Duration.parse(given)).toString()
                    : Instant.parse(given).toString();
        } catch (DateTimeException | ArithmeticException e) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "since takes a time such as 2030-01-31T18:00:00Z or a length such as PT24H, not "
                            + given);
        }
    }
}
