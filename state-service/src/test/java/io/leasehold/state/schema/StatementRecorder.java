package io.leasehold.state.schema;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes what the service sends to its database while all tests run, each statement once, into the
 * file that {@code leasehold.test.statements} names; without it does nothing. So the next version
 * knows the statements of this one.
 */
public final class StatementRecorder extends Handler implements TestExecutionListener {
    private static final Logger SQL = Logger.getLogger("org.hibernate.SQL");

    private final String file = System.getProperty("leasehold.test.statements", "");
    private final Set<String> seen = Collections.synchronizedSet(new TreeSet<>());

    @Override
    public void executionStarted(TestIdentifier test) {
        if (!file.isEmpty()) {
            // The application sets its loggers up anew at each start.
            SQL.setLevel(Level.FINE);
            SQL.removeHandler(this);
            SQL.addHandler(this);
            SQL.setUseParentHandlers(false);
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        if (!file.isEmpty()) {
            try {
                Files.writeString(Path.of(file), String.join("\n;\n", seen) + "\n;\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void publish(LogRecord record) {
        String sql = record.getMessage().strip();
        // Nothing else can be planned ahead.
        if (sql.matches("(?s)(select|with|insert|update|delete)\\b.*")) {
            seen.add(sql);
        }
    }

    @Override
    public void flush() {
        // Nothing is held back.
    }

    @Override
    public void close() {
        // It is closed when the tests end.
    }
}
