package io.leasehold.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.OutputView;
import io.leasehold.ledger.api.Paths;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Outputs of stacks. */
@Command(
        name = "outputs",
        description = "Outputs of stacks; a sensitive one only by name",
        mixinStandardHelpOptions = true)
public final class Outputs implements Runnable {

    @Mixin private final Front front = new Front();
    @Mixin private final Narrow narrow = new Narrow();

    @Override
    public void run() {
        List<OutputView> outputs =
                front.service().all(Paths.OUTPUTS, narrow.query(), OutputView.class, narrow.limit());
        Table table = new Table("STACK", "OUTPUT", "VALUE", "GENERATION", "READY");
        for (OutputView output : outputs) {
            table.row(
                    output.stack(),
                    output.name(),
                    output.sensitive() ? "(sensitive)" : text(output.value()),
                    output.generation(),
                    output.ready());
        }
        front.show(outputs, table);
    }

    @Command(
            name = "get",
            description = "One output's value, sensitive or not; the service records who asked",
            mixinStandardHelpOptions = true)
    void get(
            @Mixin Front mine,
            @Parameters(paramLabel = "TENANT") String tenantId,
            @Parameters(paramLabel = "STACK") String stack,
            @Parameters(paramLabel = "OUTPUT") String name,
            @Option(names = "--incarnation", defaultValue = "1") int incarnation) {
        OutputView output =
                mine.service()
                        .get(
                                StateService.path(
                                        Paths.OUTPUT,
                                        Map.of(
                                                "tenantId", tenantId,
                                                "incarnation", incarnation,
                                                "stack", stack,
                                                "name", name)),
                                Map.of(),
                                OutputView.class);
        if (mine.asJson()) {
            mine.json(output);
        } else {
            mine.say(text(output.value()));
        }
    }

    private static String text(@Nullable JsonNode value) {
        if (value == null) {
            return "";
        }
        return value.isTextual() ? value.textValue() : value.toString();
    }
}
