package io.leasehold.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.Listing;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.OutputView;
import io.leasehold.ledger.api.Paths;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Outputs of stacks. */
@Command(
        name = "outputs",
        description = "Outputs of stacks; get shows one, sensitive or not",
        mixinStandardHelpOptions = true)
public final class Outputs implements Runnable {

    @Mixin private final Front front = new Front();
    @Mixin private final Narrow narrow = new Narrow();

    @Override
    public void run() {
        list(front, narrow);
    }

    @Command(
            name = "list",
            description = "All without the values of sensitive ones; the same as without a word",
            mixinStandardHelpOptions = true)
    void list(@Mixin Front mine, @Mixin Narrow which) {
        Listing<OutputView> outputs =
                mine.service().list(Paths.OUTPUTS, which.query(), OutputView.class, which.limit());
        Table table = new Table("STACK", "OUTPUT", "GENERATION", "READY", "VALUE");
        for (OutputView output : outputs.items()) {
            table.row(
                    output.stack(),
                    output.name(),
                    output.generation(),
                    output.ready() ? "yes" : "no",
                    output.sensitive() ? "(sensitive)" : text(output.value()));
        }
        mine.show(outputs, table, "There are no outputs: nothing that has some is applied.");
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
            @Mixin Life life) {
        StateService service = mine.service();
        OutputView output =
                service.get(
                        StateService.path(
                                Paths.OUTPUT,
                                Map.of(
                                        "tenantId", tenantId,
                                        "incarnation", life.number(service, tenantId),
                                        "stack", stack,
                                        "name", name)),
                        Map.of(),
                        OutputView.class);
        mine.tell(output, text(output.value()));
    }

    private static String text(@Nullable JsonNode value) {
        if (value == null) {
            return "";
        }
        return value.isTextual() ? value.textValue() : StateService.words(value);
    }
}
