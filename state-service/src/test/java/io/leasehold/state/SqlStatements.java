package io.leasehold.state;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Writes down the statements that the service sends while it is open. */
public final class SqlStatements extends Handler implements AutoCloseable {
    private static final Logger SQL = Logger.getLogger("org.hibernate.SQL");

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final Level before = SQL.getLevel();

    /** Begins. */
    public static SqlStatements watch() {
        SqlStatements statements = new SqlStatements();
        SQL.setLevel(Level.FINE);
        SQL.addHandler(statements);
        SQL.setUseParentHandlers(false);
        return statements;
    }

    /** Those so far, in order. */
    public List<String> seen() {
        return List.copyOf(seen);
    }

    /** Those so far that name a table of data keys. */
    public List<String> ofKeys() {
        return seen.stream().filter(sql -> sql.contains("data_key")).toList();
    }

    @Override
    public void publish(LogRecord record) {
        seen.add(record.getMessage());
    }

    @Override
    public void flush() {
        // Nothing is held back.
    }

    @Override
    public void close() {
        SQL.removeHandler(this);
        SQL.setLevel(before);
        SQL.setUseParentHandlers(true);
    }
}
