package io.leasehold.cli.command;

import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** What a command is given in a file or on standard input. */
final class Input {
    private static final String STANDARD_INPUT = "-";

    private Input() {}

    /** The bytes of that file; {@code -} is standard input. */
    static byte[] read(String file) {
        try {
            return file.equals(STANDARD_INPUT)
                    ? System.in.readAllBytes()
                    : Files.readAllBytes(Path.of(file));
        } catch (IOException | InvalidPathException e) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "The file " + file + " cannot be read; - stands for standard input.");
        }
    }
}
