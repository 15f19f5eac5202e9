package io.leasehold.it.outage;

import static io.leasehold.it.Site.SOON;
import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.it.JvmService;
import io.leasehold.it.Site;
import io.leasehold.it.Site.Role;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Disks of their own, small ones, that are full and then are not. Needs the right to mount. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FullDiskIT {
    @TempDir private static Path folder;

    private final List<Path> mounted = new ArrayList<>();
    private Site site;
    private JvmService runner;

    @BeforeAll
    void aSystemOnSmallDisks() throws Exception {
        Path platform = mount("platform", 200);
        Path spool = mount("spool", 1);
        Path runs = mount("runs", 4);
        site = new Site(folder, Map.of());
        site.provisioner("front", EnumSet.of(Role.INTAKE), Map.of());
        runner =
                site.provisioner(
                        "runner",
                        EnumSet.of(Role.RUNNER),
                        Map.of(
                                "LEASEHOLD_SPOOL_DIRECTORY", spool.toString(),
                                "LEASEHOLD_SANDBOX_DIRECTORY", runs.toString()));
        assertThat(platform).isNotEmptyDirectory();
    }

    private Path mount(String name, int mebibytes) throws Exception {
        Path place = Files.createDirectories(folder.resolve(name));
        Process mount =
                new ProcessBuilder(
                                "mount",
                                "-t",
                                "tmpfs",
                                "-o",
                                "size=" + mebibytes + "m",
                                "tmpfs",
                                place.toString())
                        .start();
        Assumptions.assumeTrue(mount.waitFor() == 0, "no right to mount");
        mounted.add(place);
        return place;
    }

    @AfterAll
    void stop() throws Exception {
        if (site != null) {
            site.close();
        }
        for (Path place : mounted) {
            new ProcessBuilder("umount", "--lazy", place.toString()).start().waitFor();
        }
    }

    @AfterEach
    void nothingIsDeadLettered() throws Exception {
        assertThat(site.ledger.column("select code from dead_letter")).isEmpty();
    }

    @Test
    void aStateIsHandedOverThoughTheSpoolIsFull() throws Exception {
        Path filler = fill(mounted.get(1));
        try {
            site.publish("full-spool", 1);

            site.awaitEvents("full-spool", "APPLIED");
            assertThat(runner.log()).contains("the spool cannot be written to");
        } finally {
            Files.delete(filler);
        }
    }

    @Test
    void whileARunnersDiskIsFullItsRunsAreTriedAgainAndCostTheTenantNothing() throws Exception {
        Path filler = fill(mounted.get(2));
        try {
            site.publish("full-runner", 1);
            eventually(
                    SOON,
                    () ->
                            assertThat(site.ledger.column("select code from run"))
                                    .as(site::said)
                                    .contains("WORKER_FAULT"));
        } finally {
            Files.delete(filler);
        }

        site.awaitEvents("full-runner", "APPLIED");
        assertThat(runner.log()).contains("this worker cannot run what it claims");
    }

    @Test
    void whileTheDatabasesDiskIsFullEventsWaitAndAreTakenAfterwards() throws Exception {
        Path filler = fill(mounted.get(0));
        for (int generation = 1; generation <= 20; generation++) {
            site.publish("nowhere", "full-database", generation);
        }
        eventually(
                SOON, () -> assertThat(site.said()).contains("state service did not take a call"));
        Files.delete(filler);

        eventually(
                SOON,
                () -> {
                    // It may still be about to give up.
                    site.ledger.startDatabaseUnlessItRuns();
                    assertThat(
                                    site.ledger.column(
                                            "select disposition || ' ' || count(*) from tenant_event"
                                                    + " where tenant_id = 'full-database'"
                                                    + " group by disposition order by 1"))
                            .as(site::said)
                            .containsExactly("PENDING 1", "SUPERSEDED 19");
                });
    }

    /** Writes until nothing more fits. */
    private static Path fill(Path place) throws IOException {
        Path filler = place.resolve("filler");
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
        return filler;
    }
}
