package io.leasehold.chaos;

import io.leasehold.embedded.platform.PlatformSystem;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The tenants' Postgres, past the platform. */
final class TenantsServer {
    private static final Pattern ROLE = Pattern.compile("chaos_([a-z0-9-]+)_(\\d+)(_last)?");
    private static final Pattern PATH =
            Pattern.compile("search_path=\"?(m\\d+)\"?, *\"?(a[0-9a-f]+)\"?, *\"?(i[0-9a-f]+)\"?");

    private final PlatformSystem system;

    TenantsServer(PlatformSystem system) {
        this.system = system;
    }

    /** Makes the server the witness. */
    void writeDown() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String setting : ServerLog.SETTINGS) {
                statement.execute(setting);
            }
        }
    }

    /**
     * What stands there of each life.
     *
     * @return by life; a pair of roles with different marks, or one alone, has the first's or null
     */
    Map<Life, Standing> standing() throws SQLException {
        Map<Life, Standing> found = new HashMap<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT rolname, rolconfig::text FROM pg_roles WHERE rolname LIKE"
                                        + " 'chaos\\_%'")) {
            while (rows.next()) {
                Matcher name = ROLE.matcher(rows.getString(1));
                if (name.matches()) {
                    Life life = new Life(name.group(1), Long.parseLong(name.group(2)));
                    Marks marks = marks(rows.getString(2));
                    boolean last = name.group(3) != null;
                    found.merge(
                            life,
                            last ? new Standing(null, marks) : new Standing(marks, null),
                            Standing::and);
                }
            }
        }
        return Map.copyOf(found);
    }

    private static @Nullable Marks marks(@Nullable String config) {
        if (config == null) {
            return null;
        }
        Matcher path = PATH.matcher(config.replace("\\", ""));
        return path.find() ? Marks.of(path.group(1), path.group(2), path.group(3)) : null;
    }

    /** The marks of a life's two roles; null where there is none. */
    record Standing(@Nullable Marks first, @Nullable Marks last) {
        private Standing and(Standing other) {
            return new Standing(
                    first == null ? other.first : first, last == null ? other.last : last);
        }

        /** Both roles are there and bear these marks. */
        boolean bears(Marks marks) {
            return marks.equals(first) && marks.equals(last);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                system.tenantsJdbcUrl("postgres"), "postgres", system.tenantsPostgresPassword());
    }
}
