package io.leasehold.state.schema;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.testsupport.TestPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.flywaydb.core.Flyway;

/** The version before this one, as far as the database sees it. */
final class VersionBefore {
    /**
     * The newest migration that it has. When a version is released this becomes that version's, and
     * the statements are recorded anew: docs/contributing.md says how.
     */
    static final int LEVEL = 14;

    private VersionBefore() {}

    /** What it sends, each once. */
    static List<String> statements() throws IOException {
        try (InputStream file =
                VersionBefore.class.getResourceAsStream("/schema/version-before.sql")) {
            return Arrays.stream(
                            new String(Objects.requireNonNull(file).readAllBytes(), UTF_8)
                                    .split("\n;\n"))
                    .filter(sql -> !sql.isBlank())
                    .toList();
        }
    }

    /** Brings a database to its level. */
    static void migrate(TestPostgres.Database database) {
        migrate(database, Integer.toString(LEVEL));
    }

    /** Brings a database on to this version's. */
    static void migrateOn(TestPostgres.Database database) {
        migrate(database, "latest");
    }

    /** Brings a database to the level of a migration, or to the latest. */
    static void migrate(TestPostgres.Database database, String target) {
        Flyway.configure()
                .dataSource(database.jdbcUrl(), database.username(), database.password())
                .target(target)
                .load()
                .migrate();
    }
}
