package io.leasehold.provisioner.sandbox;

import java.io.IOException;
import java.nio.file.Path;

/** The files of one run on the host. Not for several threads. */
interface RunFiles {

    /** Where it is said with which code a program ended that had begun. */
    Path status();

    /** A file that the program was given to write to. */
    Path written(String name);

    /** Removes them. */
    void remove() throws IOException;
}
