package io.leasehold.it.lease;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.faults.Armed;
import io.leasehold.it.JvmService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One worker, with one slot unless it is told otherwise: ended by a signal or where it is armed,
 * and started again with the same name and folders.
 */
final class MortalWorker implements AutoCloseable {
    private static final Duration DEATH = Duration.ofMinutes(2);

    private final Path folder;
    private final Map<String, String> settings;
    private final Path armed;
    private @Nullable JvmService process;

    /**
     * @param bindings what its runs are given
     * @param more settings as environment variables
     */
    MortalWorker(Path folder, String ledger, String bindings, Map<String, String> more)
            throws IOException {
        this.folder = folder;
        this.armed = folder.resolve("armed");
        Files.createDirectories(folder);
        Path token = Files.writeString(folder.resolve("token"), TestLedger.token("worker"));
        Path bound = Files.writeString(folder.resolve("bindings.yaml"), bindings);
        settings = TestLedger.tools();
        settings.put("LEASEHOLD_LEDGER_URL", ledger);
        settings.put("LEASEHOLD_LEDGER_TOKEN_FILE", token.toString());
        settings.put("LEASEHOLD_LEDGER_POLL_WAIT", "PT1S");
        settings.put("LEASEHOLD_PROVISIONER_NAME", "mortal");
        settings.put("LEASEHOLD_INTAKE_ENABLED", "false");
        settings.put("LEASEHOLD_PUBLISHER_ENABLED", "false");
        settings.put("LEASEHOLD_RUNNER_SLOTS", "1");
        settings.put("LEASEHOLD_RUNNER_DRIFT_SLOTS", "0");
        settings.put("LEASEHOLD_RUNNER_HEARTBEAT", "PT0.5S");
        settings.put("LEASEHOLD_RUNNER_BINDINGS", bound.toString());
        settings.put("LEASEHOLD_SPOOL_DIRECTORY", spool().toString());
        settings.put("LEASEHOLD_MODULE_TEMPLATES", folder.resolve("templates").toString());
        settings.put("LEASEHOLD_SANDBOX_DIRECTORY", folder.resolve("runs").toString());
        settings.putAll(more);
    }

    /** Where it keeps what it could not hand in. */
    Path spool() {
        return folder.resolve("spool");
    }

    /** Returns when it is ready for work. */
    void start() throws Exception {
        startToDie();
        running().awaitReady();
    }

    /**
     * Starts it and does not wait: it is armed for a step of its start, or of what comes at once.
     */
    void startToDie() throws IOException {
        process = JvmService.launchArmed("provisioner", folder, settings, armed);
    }

    /** From its next start on it does so much at once. */
    void with(int slots, int driftSlots) {
        settings.put("LEASEHOLD_RUNNER_SLOTS", Integer.toString(slots));
        settings.put("LEASEHOLD_RUNNER_DRIFT_SLOTS", Integer.toString(driftSlots));
        settings.put("LEASEHOLD_SANDBOX_SLOTS", Integer.toString(slots + driftSlots));
    }

    /** It ends itself there, or holds who comes there. */
    void arm(Armed at) throws IOException {
        at.write(armed);
    }

    /** Waits until somebody is held where it was armed. */
    void holds() throws Exception {
        eventually(DEATH, () -> assertThat(Armed.struck(armed)).as(this::log).isTrue());
        assertThat(running().isAlive()).as(this::log).isTrue();
    }

    /** Ends it as a crash would. */
    void kill() throws Exception {
        signal("KILL");
        ends(DEATH);
    }

    /** Waits until it has ended itself where it was armed. */
    void strikes() throws Exception {
        ends(DEATH);
        assertThat(Armed.struck(armed)).as(this::log).isTrue();
    }

    boolean endsWithin(Duration time) throws Exception {
        return running().ends(time);
    }

    /** Waits until it has ended. */
    void ends(Duration within) throws Exception {
        assertThat(running().ends(within)).as(this::log).isTrue();
    }

    void signal(String name) throws Exception {
        running().signal(name);
    }

    String log() {
        return running().log();
    }

    private JvmService running() {
        if (process == null) {
            throw new IllegalStateException("it was never started");
        }
        return process;
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
