package io.leasehold.provisioner.stateproxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.ledger.api.StackRef;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The spool as one sealed file per run, described as JSON. Sealed are the run's credential, behind
 * its length, and the state. Shared; any thread.
 */
@Singleton
public final class FileSpool implements Spool {

    private static final Logger LOGGER = Logger.getLogger(FileSpool.class);

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String SUFFIX = ".state";

    private static final String WITH_CREDENTIAL = "withCredential";

    private final SealedFiles files;

    /** Between a look at what is kept and its end nothing newer is kept. */
    private final ReentrantLock changing = new ReentrantLock();

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
        byte[] content = content(state.credential(), bytes);
        changing.lock();
        try {
            files.keep(name(state.runId()), describe(state), content);
        } finally {
            changing.unlock();
        }
    }

    @Override
    public List<Leftover> leftovers() throws IOException {
        List<Leftover> found = new ArrayList<>();
        for (byte[] description : files.descriptions(SUFFIX)) {
            try {
                found.add(leftover(JSON.readTree(description), null));
            } catch (IOException | DateTimeException e) {
                LOGGER.errorf("a spooled state is unreadable reason=%s", e);
            }
        }
        found.sort(Comparator.comparing(Leftover::writtenAt));
        return found;
    }

    @Override
    public Spooled read(String runId) throws IOException {
        SealedFiles.Opened file = files.read(name(runId));
        JsonNode description = JSON.readTree(file.description());
        if (!description.path(WITH_CREDENTIAL).asBoolean()) {
            // Written by a version that kept the state alone.
            return new Spooled(leftover(description, null), file.content());
        }
        ByteBuffer content = ByteBuffer.wrap(file.content());
        byte[] right = new byte[content.getInt()];
        content.get(right);
        byte[] state = new byte[content.remaining()];
        content.get(state);
        String credential = right.length == 0 ? null : new String(right, UTF_8);
        return new Spooled(leftover(description, credential), state);
    }

    private static byte[] content(@Nullable String credential, byte[] state) {
        byte[] right = credential == null ? new byte[0] : credential.getBytes(UTF_8);
        return ByteBuffer.allocate(4 + right.length + state.length)
                .putInt(right.length)
                .put(right)
                .put(state)
                .array();
    }

    @Override
    public void discard(String runId) throws IOException {
        files.discard(name(runId));
    }

    @Override
    public void discard(Leftover leftover) throws IOException {
        changing.lock();
        try {
            Leftover now = leftover(JSON.readTree(files.description(name(leftover.runId()))), null);
            if (now.contentMd5().equals(leftover.contentMd5())
                    && now.writtenAt().equals(leftover.writtenAt())) {
                discard(leftover.runId());
            }
        } catch (NoSuchFileException forgotten) {
            // By whoever delivered it.
        } finally {
            changing.unlock();
        }
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
        json.put(WITH_CREDENTIAL, true);
        return JSON.writeValueAsBytes(json);
    }

    private static Leftover leftover(JsonNode json, @Nullable String credential) {
        return new Leftover(
                json.path("runId").asText(),
                new StackRef(
                        json.path("tenantId").asText(),
                        json.path("incarnation").asInt(),
                        json.path("stack").asText()),
                json.path("leaseId").asText(),
                json.path("contentMd5").asText(),
                Instant.parse(json.path("writtenAt").asText()),
                credential);
    }
}
