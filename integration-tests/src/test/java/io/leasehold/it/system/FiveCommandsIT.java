package io.leasehold.it.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.cli.Main;
import io.leasehold.cli.service.Environment;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.Paths;
import io.leasehold.testsupport.TestPostgres;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The walk of the operations page: who holds a lock and since when, a state rolled back, and who
 * did it. The operator {@code night} left the mess, {@code day} finds it.
 */
class FiveCommandsIT {
    private static final String STATE =
            """
            {"version":4,"terraform_version":"1.12.6","serial":%d,"lineage":"lin","outputs":{},"resources":[
            {"mode":"managed","type":"terraform_data","name":"%s","provider":"p","instances":[
            {"schema_version":0,"attributes":{"input":"hunter2"}}]}],"check_results":null}
            """;

    @TempDir Path folder;

    private StateServiceProcess service;

    @BeforeEach
    void aStackWithAGoodStateABadOneAndALock() throws Exception {
        TestPostgres.Database database = TestPostgres.freshDatabase();
        service = StateServiceProcess.start(folder, database, List.of("night", "day"));
        acceptTenant(database);
        night("states", "push", "acme", "database", file(STATE.formatted(1, "good")));
        String bad = file(STATE.formatted(2, "bad"));
        night("states", "push", "acme", "database", bad, "--even-though-it-forgets", "1");
        StateService.of(Environment.read(service.environmentOf("night")))
                .bytes(
                        "LOCK",
                        StateService.path(
                                Paths.STATE,
                                Map.of("tenantId", "acme", "incarnation", 1, "stack", "database")),
                        Map.of(),
                        Map.of(),
                        StateService.json(
                                Map.of(
                                        "ID", "0a1b-left-behind",
                                        "Operation", "OperationTypeApply",
                                        "Who", "night@laptop",
                                        "Created", "2026-01-01T00:00:00Z")));
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void whoHoldsALockAStateRolledBackAndWhoDidItInFiveCommands() {
        String locks = day("locks", "--tenant", "acme");
        assertThat(locks)
                .containsPattern(
                        "acme/1/database +PERSON .* 2\\S+Z .* 0a1b-left-behind +night +OperationTypeApply"
                                + " by night@laptop");

        assertThat(
                        day(
                                "locks",
                                "release",
                                "acme",
                                "database",
                                "--reason",
                                "night's laptop is off",
                                "--even-though-alive",
                                "0a1b-left-behind"))
                .contains("The lock of night is gone");

        assertThat(day("states", "versions", "acme", "database").lines().skip(1))
                .satisfiesExactly(
                        bad -> assertThat(bad).contains(" 2 ", "night"),
                        good -> assertThat(good).contains(" 1 ", "night"));

        assertThat(
                        day(
                                "states",
                                "rollback",
                                "acme",
                                "database",
                                "1",
                                "--execute",
                                "--even-though-it-forgets",
                                "1",
                                "--reason",
                                "the last push was of another stack"))
                .contains("Version 3 of acme/1/database, serial 3, has the content of version 1");

        assertThat(day("states", "show", "acme", "database"))
                .containsPattern("version +3, current")
                .containsPattern("written by +day\n")
                .containsPattern("written at +2\\S+Z\n")
                .contains("content of version 1; the last push was of another stack")
                .contains("terraform_data.good")
                .doesNotContain("hunter2", "terraform_data.bad");
    }

    private static void acceptTenant(TestPostgres.Database database) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    """
                    insert into life (tenant_id, incarnation, generation, spec_hash, lifecycle, accepted_at)
                    values ('acme', 1, 1, 'h', 'active', now())
                    """);
        }
    }

    private String file(String state) throws Exception {
        return Files.writeString(Files.createTempFile(folder, "state", ".json"), state).toString();
    }

    private void night(String... command) {
        run("night", command);
    }

    private String day(String... command) {
        return run("day", command);
    }

    private String run(String operator, String... command) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine(service.environmentOf(operator));
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int exit = line.execute(command);
        assertThat(exit).as("%s: %s", String.join(" ", command), err).isZero();
        return out.toString();
    }
}
