package io.leasehold.provisioner.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The files of one run on the host. Not for several threads. */
interface RunFiles {

    /** Where it is said with which code a program ended that had begun. */
    Path status();

    /** A file that the program was given to write to. */
    Path written(String name);

    /**
     * The same, of what is known by that name. A look before it is opened: opening a pipe waits for
     * whoever writes into it.
     *
     * @throws IllegalArgumentException when none was asked for
     * @throws IllegalStateException when the run has put something else there
     */
    static Path asked(@Nullable Path file, String name) {
        if (file == null) {
            throw new IllegalArgumentException("no file to write to was asked for as " + name);
        }
        if (!isFile(file)) {
            throw new IllegalStateException(
                    "the run has put something else in the place of its file " + name);
        }
        return file;
    }

    /** Whether it is a file that can be opened at once, and no link to one. */
    static boolean isFile(Path path) {
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Removes them. */
    void remove() throws IOException;
}
