package io.leasehold.cli.command;

import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.Listing;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.EventView;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.Repair;
import io.leasehold.ledger.api.StackView;
import io.leasehold.ledger.api.TenantView;
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
    @Mixin private final AtMost atMost = new AtMost();

    @Override
    public void run() {
        list(front, atMost);
    }

    @Command(
            name = "list",
            description = "All lives of all tenants; the same as without a word",
            mixinStandardHelpOptions = true)
    void list(@Mixin Front mine, @Mixin AtMost most) {
        Listing<TenantView> tenants =
                mine.service().list(Paths.TENANTS, Map.of(), TenantView.class, most.limit());
        Table table =
                new Table(
                        "TENANT",
                        "LIFE",
                        "PHASE",
                        "GENERATION",
                        "IN PLACE",
                        "BLUEPRINT",
                        "WAITS FOR");
        for (TenantView tenant : tenants.items()) {
            table.row(
                    tenant.tenantId(),
                    tenant.incarnation(),
                    tenant.phase(),
                    tenant.generation(),
                    tenant.observedGeneration(),
                    tenant.blueprint() + " " + tenant.blueprintVersion(),
                    firstWait(tenant));
        }
        mine.show(tenants, table, "No tenant is known: no event of one was accepted yet.");
    }

    private static String firstWait(TenantView tenant) {
        int waits = tenant.waitingFor().size();
        return switch (waits) {
            case 0 -> "nothing";
            case 1 -> tenant.waitingFor().getFirst();
            default -> tenant.waitingFor().getFirst() + " (and " + (waits - 1) + " more)";
        };
    }

    @Command(
            name = "show",
            description = "One tenant in plain words: what is waited for, and why",
            mixinStandardHelpOptions = true)
    void show(
            @Mixin Front mine,
            @Parameters(paramLabel = "TENANT") String tenantId,
            @Mixin Life life) {
        TenantView tenant = life.tenant(mine.service(), tenantId);
        if (mine.asJson()) {
            mine.json(tenant);
            return;
        }
        mine.say(
                "%s (life %d) is %s: %s"
                        .formatted(
                                tenant.tenantId(),
                                tenant.incarnation(),
                                tenant.phase(),
                                meaning(tenant.phase())));
        mine.say(
                "Wanted: %s, generation %d, blueprint %s %s. In place: %s."
                        .formatted(
                                tenant.lifecycle(),
                                tenant.generation(),
                                tenant.blueprint(),
                                tenant.blueprintVersion(),
                                inPlace(tenant)));
        if (tenant.waitingFor().isEmpty()) {
            mine.say("Nothing is waited for.");
        } else {
            mine.say("Waited for:");
            tenant.waitingFor().forEach(line -> mine.say("  " + line));
        }
        stacks(mine, tenant);
        next(mine, tenant);
    }

    private static String meaning(String phase) {
        return switch (phase) {
            case "READY" -> "all that is wanted is in place.";
            case "PROGRESSING" -> "a run is at work or due.";
            case "WAITING" -> "something else must come first.";
            case "FAILED" -> "a run failed for good; nothing more is tried until somebody acts.";
            case "SUSPENDED" -> "it is kept as it stands and nothing runs.";
            case "DELETING" -> "what it has is being taken away.";
            case "DELETED" -> "nothing of it is left, and this life does not come back.";
            default -> "a newer service knows what that means.";
        };
    }

    private static String inPlace(TenantView tenant) {
        if (tenant.observedGeneration() >= tenant.generation()) {
            return "the same";
        }
        return tenant.observedGeneration() == 0
                ? "nothing yet"
                : "generation " + tenant.observedGeneration();
    }

    private static void stacks(Front mine, TenantView tenant) {
        if (tenant.stacks().isEmpty()) {
            mine.say("It has no stacks.");
            return;
        }
        Table table = new Table("STACK", "PHASE", "REVISION", "APPLIED", "STATE", "DRIFT", "WHY");
        for (StackView stack : tenant.stacks()) {
            table.row(
                    stack.stack().stack(),
                    stack.phase(),
                    stack.revision(),
                    stack.appliedRevision(),
                    stack.stateVersion(),
                    Stacks.drift(stack),
                    stack.reason());
        }
        mine.say("");
        mine.print(table);
    }

    private static void next(Front mine, TenantView tenant) {
        if (tenant.phase().equals("FAILED")) {
            mine.say("");
            mine.say("Next: leasehold dead-letters list --tenant " + tenant.tenantId());
        }
        if (tenant.stacks().stream().anyMatch(StackView::drifted)) {
            mine.say("");
            mine.say("What is adrift: leasehold drift --tenant " + tenant.tenantId());
        }
    }

    @Command(
            name = "events",
            description = "Every event of a tenant with what became of it, newest first",
            mixinStandardHelpOptions = true)
    void events(
            @Mixin Front mine,
            @Parameters(paramLabel = "TENANT") String tenantId,
            @Mixin AtMost most) {
        Listing<EventView> events =
                mine.service()
                        .list(
                                StateService.path(
                                        Paths.TENANT_EVENTS, Map.of("tenantId", tenantId)),
                                Map.of(),
                                EventView.class,
                                most.limit());
        Table table =
                new Table("RECEIVED", "TYPE", "LIFE", "GENERATION", "BECAME", "CODE", "REASON");
        for (EventView event : events.items()) {
            table.row(
                    event.receivedAt(),
                    event.eventType(),
                    event.incarnation(),
                    event.generation(),
                    event.disposition(),
                    event.code(),
                    event.reason());
        }
        mine.show(events, table, "No event that names the tenant " + tenantId + " was recorded.");
    }

    @Command(
            name = "set-generation",
            description =
                    "What is wanted of a tenant is that generation from now on: the repair of one"
                            + " bad number",
            mixinStandardHelpOptions = true)
    void setGeneration(
            @Mixin Front mine,
            @Mixin Acting acting,
            @Parameters(paramLabel = "TENANT") String tenantId,
            @Parameters(
                            paramLabel = "GENERATION",
                            description =
                                    "the next event must be higher; 0 lets upstream begin at 1")
                    long generation,
            @Option(names = "--incarnation", description = "the newest life unless one is named")
                    @Nullable Integer incarnation) {
        acting.ask(
                mine,
                StateService.path(Paths.SET_GENERATION, Map.of("tenantId", tenantId)),
                new Repair.SetGeneration(
                        incarnation, generation, acting.execute(), acting.reason()));
    }

    @Command(
            name = "abandon",
            description =
                    "A life that another one waits for is let go as it stands; one that waits is"
                            + " removed",
            mixinStandardHelpOptions = true)
    void abandon(
            @Mixin Front mine,
            @Mixin Acting acting,
            @Parameters(paramLabel = "TENANT") String tenantId,
            @Option(names = "--incarnation", required = true, description = "which life")
                    int incarnation) {
        acting.ask(
                mine,
                StateService.path(Paths.ABANDON, Map.of("tenantId", tenantId)),
                new Repair.Abandon(incarnation, acting.execute(), acting.reason()));
    }
}
