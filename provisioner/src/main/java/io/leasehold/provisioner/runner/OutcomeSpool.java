package io.leasehold.provisioner.runner;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.provisioner.stateproxy.SealedFiles;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Outcomes that could not be told at once, sealed beside the spooled states: so the end of a run
 * survives its worker. At most one per run, the last. Shared; any thread. A disk that does not do
 * its part is logged and stops nobody: without it, whoever takes over plans afresh.
 */
@Singleton
final class OutcomeSpool {

    private static final Logger LOGGER = Logger.getLogger(OutcomeSpool.class);

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String SUFFIX = ".outcome";

    private final SealedFiles files;

    @Inject
    OutcomeSpool(SealedFiles files) {
        this.files = files;
    }

    /** Keeps it; when this returns it survives a crash of the machine. */
    void keep(String runId, OutcomeRequest outcome) {
        try {
            files.keep(
                    name(runId),
                    runId.getBytes(StandardCharsets.UTF_8),
                    JSON.writeValueAsBytes(outcome));
        } catch (IOException e) {
            LOGGER.errorf("an outcome cannot be kept runId=%s reason=%s", runId, e);
        }
    }

    /** The runs whose outcomes are kept. */
    List<String> runs() {
        List<String> runs = new ArrayList<>();
        try {
            for (byte[] description : files.descriptions(SUFFIX)) {
                runs.add(new String(description, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            LOGGER.errorf("spool cannot be read reason=%s", e.getMessage());
        }
        return runs;
    }

    /** What is kept of a run. */
    OutcomeRequest read(String runId) throws IOException {
        return JSON.readValue(files.read(name(runId)).content(), OutcomeRequest.class);
    }

    /** Forgets it; there may be none. */
    void discard(String runId) {
        try {
            files.discard(name(runId));
        } catch (IOException e) {
            // Told again it changes nothing, or is refused.
            LOGGER.warnf(
                    "an outcome that was told stays in the spool runId=%s reason=%s", runId, e);
        }
    }

    private static String name(String runId) {
        return runId + SUFFIX;
    }
}
