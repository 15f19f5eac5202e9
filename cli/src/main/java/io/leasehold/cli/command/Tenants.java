package io.leasehold.cli.command;

import com.fasterxml.jackson.core.type.TypeReference;
import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.EventView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StackView;
import io.leasehold.ledger.api.TenantView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tenants: what they are, what they wait for, what became of their events. */
@Command(
        name = "tenants",
        description = "Tenants, what they wait for and why, and their events",
        mixinStandardHelpOptions = true)
public final class Tenants implements Runnable {

    @Mixin private final Front front = new Front();

    @Option(names = "--limit", description = "at most so many", defaultValue = "1000")
    private int limit;

    @Override
    public void run() {
        List<TenantView> tenants =
                front.service().all(Paths.TENANTS, Map.of(), TenantView.class, limit);
        Table table =
                new Table("TENANT", "LIFE", "PHASE", "GENERATION", "OBSERVED", "BLUEPRINT", "WAITS FOR");
        for (TenantView tenant : tenants) {
            table.row(
                    tenant.tenantId(),
                    tenant.incarnation(),
                    tenant.phase(),
                    tenant.generation(),
                    tenant.observedGeneration(),
                    tenant.blueprint() + " " + tenant.blueprintVersion(),
                    tenant.waitingFor().isEmpty() ? null : tenant.waitingFor().getFirst());
        }
        front.show(tenants, table);
    }

    @Command(
            name = "show",
            description = "One tenant in plain words: what is waited for, and why",
            mixinStandardHelpOptions = true)
    void show(
            @Mixin Front mine,
            @Parameters(paramLabel = "TENANT") String tenantId,
            @Option(names = "--incarnation", description = "an earlier life")
                    @Nullable Integer incarnation) {
        Map<String, Object> query = new HashMap<>();
        query.put("incarnation", incarnation);
        TenantView tenant =
                mine.service()
                        .get(
                                StateService.path(Paths.TENANT, Map.of("tenantId", tenantId)),
                                query,
                                TenantView.class);
        if (mine.asJson()) {
            mine.json(tenant);
            return;
        }
        mine.say(
                tenant.tenantId()
                        + " (life "
                        + tenant.incarnation()
                        + ", "
                        + tenant.lifecycle()
                        + ") is "
                        + tenant.phase()
                        + ": generation "
                        + tenant.observedGeneration()
                        + " of "
                        + tenant.generation()
                        + " is in place, by "
                        + tenant.blueprint()
                        + " "
                        + tenant.blueprintVersion()
                        + ".");
        if (tenant.waitingFor().isEmpty()) {
            mine.say("Nothing is waited for.");
        } else {
            tenant.waitingFor().forEach(line -> mine.say("Waits: " + line));
        }
        Table table = new Table("STACK", "PHASE", "REVISION", "APPLIED", "STATE", "DRIFT", "WHY");
        for (StackView stack : tenant.stacks()) {
            table.row(
                    stack.stack().stack(),
                    stack.phase(),
                    stack.revision(),
                    stack.appliedRevision(),
                    stack.stateVersion(),
                    stack.drifted() ? "drifted" : "none",
                    stack.reason());
        }
        table.print(mine.out());
    }

    @Command(
            name = "events",
            description = "Every event of a tenant with what became of it, newest first",
            mixinStandardHelpOptions = true)
    void events(
            @Mixin Front mine,
            @Parameters(paramLabel = "TENANT") String tenantId,
            @Option(names = "--limit", defaultValue = "100") int atMost) {
        Page<EventView> page =
                mine.service()
                        .get(
                                StateService.path(
                                        Paths.TENANT_EVENTS, Map.of("tenantId", tenantId)),
                                Map.of("limit", atMost),
                                new TypeReference<Page<EventView>>() {});
        Table table =
                new Table("RECEIVED", "TYPE", "LIFE", "GENERATION", "DISPOSITION", "CODE", "REASON");
        for (EventView event : page.items()) {
            table.row(
                    event.receivedAt(),
                    event.eventType(),
                    event.incarnation(),
                    event.generation(),
                    event.disposition(),
                    event.code(),
                    event.reason());
        }
        mine.show(page.items(), table);
    }
}
