package io.leasehold.it.lease;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks a database over one connection for as long as that lasts: tests ask again and again, and a
 * login costs more than most answers. Any thread; they wait for each other.
 */
final class Questions implements AutoCloseable {
    private final Login login;
    private @Nullable Connection connection;

    /** Gives a new connection. */
    @FunctionalInterface
    interface Login {
        Connection connect() throws SQLException;
    }

    Questions(Login login) {
        this.login = login;
    }

    /** The first column of all rows, as text. */
    synchronized List<String> column(String sql) throws SQLException {
        if (connection != null) {
            try {
                return column(connection, sql);
            } catch (SQLException ended) {
                // The database may have been away since.
                close();
            }
        }
        Connection fresh = login.connect();
        connection = fresh;
        return column(fresh, sql);
    }

    private static List<String> column(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(String.valueOf(rows.getString(1)));
            }
            return found;
        }
    }

    @Override
    public synchronized void close() throws SQLException {
        if (connection != null) {
            Connection old = connection;
            connection = null;
            old.close();
        }
    }
}
