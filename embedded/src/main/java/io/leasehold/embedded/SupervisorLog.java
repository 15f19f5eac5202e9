package io.leasehold.embedded;

import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.logging.Handler;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.FileHandler;

/** Sends what this JVM logs, the brokers' words among it, to a file: the terminal is for people. */
public final class SupervisorLog {
    private SupervisorLog() {}

    /** From now on nothing is logged to the terminal. */
    public static void writeTo(Path file) {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        try {
            FileHandler handler =
                    new FileHandler(
                            new PatternFormatter(
                                    "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5p [%c{2.}] %s%e%n"),
                            file.toFile(),
                            true);
            handler.setAutoFlush(true);
            root.addHandler(handler);
        } catch (FileNotFoundException e) {
            throw new UncheckedIOException(e);
        }
    }
}
