package io.leasehold.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A program's classes, parsed as a JVM had them when it ended: a start from them costs about half
 * the processor time of one from the jars (the AOT cache of JEP 514). A JVM for which it was not
 * recorded, as one of a program that was built again, starts without it.
 *
 * @param file beside the program
 */
public record StartArchive(Path file) {
    /** Of a program that is started by {@code java -jar}. */
    public static StartArchive of(Path jar) {
        return new StartArchive(jar.resolveSibling("app.aot"));
    }

    /** What a JVM that is to start from it is told; nothing where there is none. */
    public List<String> toStart() {
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        // Silent: beside an agent most of it is used, and it is called an error all the same.
        return List.of("-XX:AOTCache=" + file, "-Xlog:aot=off");
    }

    /**
     * What a JVM is told that is to write it, which it does when it ends in order: about as long as
     * its start took. Not linked, or JVMs with an agent could use nothing of it.
     */
    public List<String> toRecord() {
        return List.of("-XX:AOTCacheOutput=" + file, "-XX:-AOTClassLinking");
    }
}
