package io.leasehold.state;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jboss.logmanager.formatters.PatternFormatter;

/** Keeps what everything in this process logs, from now on until it is closed. */
public final class LogWatch extends Handler implements AutoCloseable {
    private static final Pattern ERROR = Pattern.compile("(?m)^(ERROR|SEVERE|FATAL):");

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    // The JDK's own forms leave out what our messages are given as arguments.
    private final PatternFormatter form = new PatternFormatter("%p: %m%e%n");

    /** Begins. */
    public static LogWatch begin() {
        LogWatch watch = new LogWatch();
        Logger.getLogger("").addHandler(watch);
        Logger.getLogger(LogWatch.class.getName()).info("watching");
        if (watch.lines.isEmpty()) {
            throw new AssertionError("this watch would see nothing");
        }
        return watch;
    }

    /** All lines, with their levels and the stack traces that go with them. */
    public String text() {
        return lines.stream().collect(Collectors.joining());
    }

    /** Those that say that something is wrong here. */
    public List<String> errors() {
        return lines.stream().filter(line -> ERROR.matcher(line).find()).toList();
    }

    @Override
    public void publish(LogRecord record) {
        lines.add(form.format(record));
    }

    @Override
    public void flush() {
        // Nothing is held back.
    }

    @Override
    public void close() {
        Logger.getLogger("").removeHandler(this);
    }
}
