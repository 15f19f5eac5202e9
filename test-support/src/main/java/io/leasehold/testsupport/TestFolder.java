package io.leasehold.testsupport;

import io.leasehold.embedded.LocalFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder for one JVM of tests, removed when it ends after what lives in it was stopped. */
final class TestFolder {
    private TestFolder() {}

    static Path make(String name) {
        try {
            return Files.createTempDirectory("leasehold-test-" + name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void stopAtEnd(AutoCloseable server, Path folder) {
        Thread hook =
                Thread.ofPlatform()
                        .unstarted(() -> {
                            try {
                                server.close();
                            } catch (Exception e) { // The JVM ends either way; say it.
                                System.err.println("not stopped: " + e);
                            }
                            LocalFiles.deleteTree(folder);
                        });
        Runtime.getRuntime().addShutdownHook(hook);
    }
}
