package io.leasehold.provisioner.stateproxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.ledger.api.StackRef;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jboss.logging.Logger;

/** The spool as one sealed file per run, described as JSON. Shared; any thread. */
@Singleton
public final class FileSpool implements Spool {

    private static final Logger LOGGER = Logger.getLogger(FileSpool.class);

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String SUFFIX = ".state";

    private final SealedFiles files;

    /** On these files. */
    @Inject
    public FileSpool(SealedFiles files) {
        this.files = files;
    }

    /** Opens it with a key at that place. */
    public FileSpool(Path directory, Path keyFile) throws IOException {
        this(new SealedFiles(directory, keyFile));
    }

    @Override
    public void keep(Leftover state, byte[] bytes) throws IOException {
        files.keep(name(state.runId()), describe(state), bytes);
    }

    @Override
    public List<Leftover> leftovers() throws IOException {
        List<Leftover> found = new ArrayList<>();
        for (byte[] description : files.descriptions(SUFFIX)) {
            try {
                found.add(leftover(JSON.readTree(description)));
            } catch (IOException | DateTimeException e) {
                LOGGER.errorf("a spooled state is unreadable reason=%s", e);
            }
        }
        found.sort(Comparator.comparing(Leftover::writtenAt));
        return found;
    }

    @Override
    public byte[] read(Leftover leftover) throws IOException {
        return files.read(name(leftover.runId()));
    }

    @Override
    public void discard(String runId) throws IOException {
        files.discard(name(runId));
    }

    private static String name(String runId) {
        return runId + SUFFIX;
    }

    private static byte[] describe(Leftover state) throws IOException {
        ObjectNode json = JSON.createObjectNode();
        json.put("runId", state.runId());
        json.put("tenantId", state.stack().tenantId());
        json.put("incarnation", state.stack().incarnation());
        json.put("stack", state.stack().stack());
        json.put("leaseId", state.leaseId());
        json.put("contentMd5", state.contentMd5());
        json.put("writtenAt", state.writtenAt().toString());
        return JSON.writeValueAsBytes(json);
    }

    private static Leftover leftover(JsonNode json) {
        return new Leftover(
                json.path("runId").asText(),
                new StackRef(
                        json.path("tenantId").asText(),
                        json.path("incarnation").asInt(),
                        json.path("stack").asText()),
                json.path("leaseId").asText(),
                json.path("contentMd5").asText(),
                Instant.parse(json.path("writtenAt").asText()));
    }
}
