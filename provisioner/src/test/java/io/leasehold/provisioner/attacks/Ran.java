package io.leasehold.provisioner.attacks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.provisioner.tofu.TofuRequest;
import io.leasehold.provisioner.tofu.TofuResult;
import io.leasehold.provisioner.workshop.Worker;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What the worker saw of a run that attacked it: its result, its log, and what was possible. */
final class Ran {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> log = new CopyOnWriteArrayList<>();
    private @Nullable TofuResult result;

    /** What the attacker said of one of its tries. */
    record Attempt(boolean done, String said) {}

    void by(Worker worker, TofuRequest request) throws InterruptedException {
        result = worker.tofu().execute(request, (_, line) -> log.add(line.text()));
    }

    TofuResult result() {
        return Objects.requireNonNull(result);
    }

    List<String> log() {
        return List.copyOf(log);
    }

    /** By what was tried, in the order of the log. */
    Map<String, Attempt> attempts() {
        Map<String, Attempt> attempts = new HashMap<>();
        for (String line : log) {
            int start = line.indexOf("{\"try\":");
            if (start >= 0) {
                JsonNode said = json(line.substring(start));
                attempts.put(
                        said.path("try").asText(),
                        new Attempt(said.path("done").asBoolean(), said.path("said").asText()));
            }
        }
        return attempts;
    }

    /** One that was made. */
    Attempt attempt(String tried) {
        return Objects.requireNonNull(
                attempts().get(tried), () -> tried + " was not tried: " + this);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return result + "\n" + String.join("\n", log);
    }
}
