package io.leasehold.provisioner.tofu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.leasehold.ledger.api.Delta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads tofu's {@code -json} stream line by line, and masks it. Never fails: what it cannot read is
 * text. For one thread at a time.
 */
final class EventParser {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Masker masker;
    private final ProgramOutput programs;

    EventParser(Masker masker) {
        this.masker = masker;
        this.programs = new ProgramOutput(masker);
    }

    /**
     * Masks what the line says and not the line: what is quoted in it twice is, once read, a form
     * that the masker knows, and so is what only a control character kept apart.
     */
    TofuEvent parse(String line) {
        if (line.startsWith("{")) {
            try {
                JsonNode json = JSON.readTree(line);
                if (json.isObject()) {
                    return isPrinted(json) ? printed(json.path("hook")) : event(shown(json));
                }
            } catch (JsonProcessingException e) {
                return text(line);
            }
        }
        return text(line);
    }

    private TofuEvent text(String line) {
        return new TofuEvent.Text(shown(line));
    }

    private static boolean isPrinted(JsonNode json) {
        return json.path("type").asText("").equals("provision_progress")
                && json.at("/hook/output").isTextual();
    }

    private TofuEvent printed(JsonNode hook) {
        String program =
                "%s: (%s)"
                        .formatted(
                                shown(hook.path("resource").path("addr").asText("")),
                                shown(hook.path("provisioner").asText("")));
        String raw = hook.path("output").asText();
        String plain = printable(raw);
        // What is not shown may stand for a letter of a secret: it is looked for before, too.
        return new TofuEvent.Printed(
                program,
                programs.shown(program, plain.equals(raw) ? plain : printable(masker.mask(raw))));
    }

    /** Masked as it is, and as it reads without what is not shown. */
    private String shown(String text) {
        return masker.mask(printable(masker.mask(text)));
    }

    /** With all of its texts as they may be shown. */
    private JsonNode shown(JsonNode node) {
        if (node.isTextual()) {
            return TextNode.valueOf(shown(node.asText()));
        }
        if (node.isArray()) {
            ArrayNode array = JSON.createArrayNode();
            node.forEach(element -> array.add(shown(element)));
            return array;
        }
        if (node.isObject()) {
            ObjectNode object = JSON.createObjectNode();
            node.properties().forEach(field -> object.set(field.getKey(), shown(field.getValue())));
            return object;
        }
        return node;
    }

    private static TofuEvent event(JsonNode json) {
        String type = json.path("type").asText("");
        String text = json.path("@message").asText("");
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
                json.path("summary").asText(""),
                json.path("detail").asText(""),
                address.isTextual() ? Optional.of(address.asText()) : Optional.empty());
    }

    /**
     * Terminal sequences and other control characters, of seven bits or eight, have no business in
     * a log.
     */
    private static String printable(String text) {
        return text.replaceAll("(?:\u001b\\[|\u009b)[0-9;?]*[ -/]*[@-~]", "")
                .replaceAll("[\\p{Cc}&&[^\n\t]]", "");
    }
}
