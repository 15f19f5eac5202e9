package io.leasehold.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.service.StateService;
import io.leasehold.embedded.platform.PlatformSystem;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.EventView;
import io.leasehold.ledger.api.LockView;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RunView;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateVersionView;
import io.leasehold.ledger.api.TenantView;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the state service says of itself, asked as an operator asks. For one thread. */
final class LedgerLook {
    private static final int ALL = 1_000_000;
    private static final String STACK = "role";

    private final StateService service;

    LedgerLook(PlatformSystem system) {
        service = new StateService(system.stateServiceUrl().toString(), system.operatorToken());
    }

    /**
     * Lives that are not what is wanted, with the reason.
     *
     * @throws CommandFailure if the service does not answer
     */
    Map<Life, String> unsettled(Map<Life, Wish> wanted) {
        Map<Life, TenantView> views = new HashMap<>();
        for (TenantView view : service.all(Paths.TENANTS, Map.of(), TenantView.class, ALL)) {
            views.put(new Life(view.tenantId(), view.incarnation()), view);
        }
        Map<Life, String> unsettled = new HashMap<>();
        wanted.forEach((life, wish) -> {
            TenantView view = views.get(life);
            String phase = wish.gone() ? "DELETED" : "READY";
            if (view == null) {
                // Of a tenant only the newest life is listed; the next one waits for this one.
                if (views.keySet().stream().noneMatch(newer -> follows(newer, life))) {
                    unsettled.put(life, "is not known");
                }
            } else if (!view.phase().equals(phase) || view.generation() != wish.generation()) {
                unsettled.put(
                        life,
                        "should be %s at %d, is %s at %d %s"
                                .formatted(
                                        phase,
                                        wish.generation(),
                                        view.phase(),
                                        view.generation(),
                                        view.waitingFor()));
            }
        });
        return unsettled;
    }

    private static boolean follows(Life newer, Life life) {
        return newer.tenant().equals(life.tenant()) && newer.incarnation() > life.incarnation();
    }

    /**
     * What became of each event of the tenants that have these lives.
     *
     * @throws CommandFailure if the service does not answer
     */
    Map<Acknowledged.Place, Disposition> ends(Set<Life> lives) {
        Set<String> tenants = lives.stream().map(Life::tenant).collect(Collectors.toSet());
        Map<Acknowledged.Place, Disposition> ends = new HashMap<>();
        for (String tenant : tenants) {
            String path = StateService.path(Paths.TENANT_EVENTS, Map.of("tenantId", tenant));
            for (EventView view : service.all(path, Map.of(), EventView.class, ALL)) {
                ends.put(
                        new Acknowledged.Place(
                                view.position().topic(),
                                view.position().partition(),
                                view.position().offset()),
                        view.disposition());
            }
        }
        return ends;
    }

    List<Observed.Ran> runs() {
        return service.all(Paths.RUNS, Map.of(), RunView.class, ALL).stream()
                .map(run ->
                        new Observed.Ran(
                                run.runId(),
                                life(run.stack()),
                                run.worker(),
                                Instant.parse(run.startedAt()),
                                run.finishedAt() == null ? null : Instant.parse(run.finishedAt())))
                .toList();
    }

    List<String> locks() {
        return service.all(Paths.LOCKS, Map.of(), LockView.class, ALL).stream()
                .map(lock -> "%s by %s %s".formatted(lock.stack(), lock.holder(), lock.who()))
                .toList();
    }

    /** Open dead letters, and states that were written without the right to and nobody settled. */
    List<Observed.Left> left() {
        return Stream.concat(
                        service
                                .all(
                                        Paths.DEAD_LETTERS,
                                        Map.of("status", "OPEN"),
                                        DeadLetterView.class,
                                        ALL)
                                .stream()
                                .map(LedgerLook::left),
                        service.all(Paths.ORPHANS, Map.of(), StateVersionView.class, ALL).stream()
                                .map(orphan ->
                                        new Observed.Left(
                                                orphan.stack().key(),
                                                "an orphan: " + orphan.reason())))
                .toList();
    }

    private static Observed.Left left(DeadLetterView letter) {
        return new Observed.Left(
                letter.stack() != null ? letter.stack().key() : String.valueOf(letter.tenantId()),
                "a dead letter: %s %s".formatted(letter.code(), letter.reason()));
    }

    /** What the states of these lives hold; those without one are left out. */
    Map<Life, Marks> states(Set<Life> lives) {
        Map<Life, Marks> states = new HashMap<>();
        for (Life life : lives) {
            String path =
                    StateService.path(
                            Paths.STATE,
                            Map.of(
                                    "tenantId", life.tenant(),
                                    "incarnation", life.incarnation(),
                                    "stack", STACK));
            try {
                JsonNode outputs = service.get(path, Map.of(), JsonNode.class).path("outputs");
                states.put(
                        life,
                        Marks.of(
                                outputs.at("/mark/value").asText(),
                                outputs.at("/apply/value").asText(),
                                outputs.at("/identity/value").asText()));
            } catch (CommandFailure | IllegalArgumentException _) {
                // There is none, or an empty one: its absence is what is reported.
            }
        }
        return states;
    }

    private static Life life(StackRef stack) {
        return new Life(stack.tenantId(), stack.incarnation());
    }
}
