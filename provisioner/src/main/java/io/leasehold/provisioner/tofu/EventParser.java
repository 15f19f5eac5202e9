package io.leasehold.provisioner.tofu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.Delta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads one line of tofu's {@code -json} stream. Pure, never fails: what it cannot read is text.
 */
final class EventParser {

    private static final ObjectMapper JSON = new ObjectMapper();

    private EventParser() {}

    /** {@code line} is masked already. */
    static TofuEvent parse(String line) {
        if (!line.startsWith("{")) {
            return new TofuEvent.Text(printable(line));
        }
        try {
            JsonNode json = JSON.readTree(line);
            return json.isObject() ? event(json) : new TofuEvent.Text(printable(line));
        } catch (JsonProcessingException e) {
            return new TofuEvent.Text(printable(line));
        }
    }

    private static TofuEvent event(JsonNode json) {
        String type = json.path("type").asText("");
        String text = printable(json.path("@message").asText(""));
        return switch (type) {
            case "version" -> new TofuEvent.Version(json.path("tofu").asText(""), text);
            case "diagnostic" -> new TofuEvent.Reported(diagnostic(json.path("diagnostic")));
            case "planned_change" -> {
                Change change = change(json.path("change"));
                yield new TofuEvent.PlannedChange(
                        change.address(), change.type(), change.action(), text);
            }
            case "resource_drift" -> {
                Change change = change(json.path("change"));
                yield new TofuEvent.ResourceDrift(
                        change.address(), change.type(), change.action(), text);
            }
            case "change_summary" -> summary(json.path("changes"), text);
            case "apply_start" -> progress(TofuEvent.Step.STARTED, json, text);
            case "apply_progress" -> progress(TofuEvent.Step.RUNNING, json, text);
            case "apply_complete" -> progress(TofuEvent.Step.COMPLETE, json, text);
            case "apply_errored" -> progress(TofuEvent.Step.FAILED, json, text);
            case "outputs" -> {
                List<String> names = new ArrayList<>();
                json.path("outputs").fieldNames().forEachRemaining(names::add);
                yield new TofuEvent.Outputs(List.copyOf(names), text);
            }
            default ->
                    isError(json)
                            ? new TofuEvent.Reported(error(text))
                            : new TofuEvent.Other(type, text);
        };
    }

    /** Some commands say why they fail without the form of a diagnostic. */
    private static boolean isError(JsonNode json) {
        return json.path("@level").asText("").equals("error");
    }

    private static Diagnostic error(String text) {
        return new Diagnostic(Diagnostic.Severity.ERROR, text, "", Optional.empty());
    }

    private record Change(String address, String type, String action) {}

    private static Change change(JsonNode change) {
        JsonNode resource = change.path("resource");
        return new Change(
                resource.path("addr").asText(""),
                resource.path("resource_type").asText(""),
                change.path("action").asText(""));
    }

    private static TofuEvent summary(JsonNode changes, String text) {
        TofuEvent.Operation operation =
                switch (changes.path("operation").asText("")) {
                    case "apply" -> TofuEvent.Operation.APPLY;
                    case "destroy" -> TofuEvent.Operation.DESTROY;
                    default -> TofuEvent.Operation.PLAN;
                };
        Delta delta =
                new Delta(
                        changes.path("add").asInt(),
                        changes.path("change").asInt(),
                        changes.path("remove").asInt());
        return new TofuEvent.Summary(operation, delta, text);
    }

    private static TofuEvent progress(TofuEvent.Step step, JsonNode json, String text) {
        JsonNode hook = json.path("hook");
        return new TofuEvent.Progress(
                step,
                hook.path("resource").path("addr").asText(""),
                hook.path("action").asText(""),
                text);
    }

    private static Diagnostic diagnostic(JsonNode json) {
        JsonNode address = json.path("address");
        return new Diagnostic(
                json.path("severity").asText("").equals("warning")
                        ? Diagnostic.Severity.WARNING
                        : Diagnostic.Severity.ERROR,
                printable(json.path("summary").asText("")),
                printable(json.path("detail").asText("")),
                address.isTextual() ? Optional.of(address.asText()) : Optional.empty());
    }

    /** Terminal sequences and other control characters have no business in a log. */
    private static String printable(String text) {
        return text.replaceAll("\u001b\\[[0-9;?]*[ -/]*[@-~]", "")
                .replaceAll("[\\p{Cntrl}&&[^\n\t]]", "");
    }
}
