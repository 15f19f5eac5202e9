package io.leasehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.cli.FakeStateService.Ended;
import io.leasehold.ledger.api.BreakerView;
import io.leasehold.ledger.api.CapView;
import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.HoldReply;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.RunView;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.TenantView;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What operators say about what may run: holds, cancels, caps. */
class QueueCommandsTest {
    private static final String AT = "2026-01-02T03:04:05Z";
    private static final StackRef DATABASE = new StackRef("acme", 2, "database");
    private static final TenantView LIFE =
            new TenantView(
                    "acme", 2, 4, 4, "active", "starter", "1.0.0", "READY", List.of(), AT,
                    List.of(), "Acme");

    @AutoClose private final FakeStateService service = new FakeStateService();

    private static String text(Ended ended) {
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.err()).isEmpty();
        return ended.out();
    }

    @Test
    void a_run_that_was_asked_to_stop_says_since_when_and_what_to_do_then() throws IOException {
        RunView run =
                new RunView(
                        "r1",
                        DATABASE,
                        RunKind.APPLY,
                        RunPhase.APPLYING,
                        null,
                        4,
                        3,
                        2,
                        "worker-1",
                        Delta.NONE,
                        null,
                        null,
                        AT,
                        null,
                        new RunView.Cancel(AT, "ann", "wrong region"),
                        null);
        service.on("GET /v1/runs/r1", run).on("POST /v1/runs/r1/cancel", run);

        assertThat(text(service.run("runs", "cancel", "r1", "--reason", "wrong region")))
                .contains("runs show r1", "stacks release acme database --incarnation 2 --reason");
        assertThat(text(service.run("runs", "show", "r1")))
                .contains("cancelling since", AT + " by ann: wrong region");
        assertThat(service.bodies().getFirst()).isEqualTo("{\"reason\":\"wrong region\"}");
    }

    @Test
    void a_stack_or_a_whole_tenant_is_held_and_released() throws IOException {
        service.on("GET /v1/tenants/acme", LIFE)
                .on("POST /v1/stacks/acme/1/database/hold", new HoldReply("held it", List.of()))
                .on("POST /v1/tenants/acme/2/unhold", new HoldReply("let go", List.of()));

        assertThat(
                        text(
                                service.run(
                                        "stacks",
                                        "hold",
                                        "acme",
                                        "database",
                                        "--incarnation",
                                        "1",
                                        "--reason",
                                        "a move",
                                        "--until",
                                        AT)))
                .contains("held it");
        assertThat(service.bodies().getFirst())
                .isEqualTo("{\"reason\":\"a move\",\"until\":\"" + AT + "\"}");
        assertThat(text(service.run("stacks", "release", "acme", "--reason", "moved")))
                .contains("let go");
        assertThat(service.run("stacks", "hold", "acme").exitCode()).isEqualTo(2);
        assertThat(
                        service.run("stacks", "hold", "acme", "--reason", "x", "--until", "Pnever")
                                .exitCode())
                .isEqualTo(2);
    }

    @Test
    void caps_are_listed_set_and_removed() throws IOException {
        CapView cap = new CapView("cloud", 5, 3, "*", "starter", null, "ann", AT);
        service.on("GET /v1/caps?limit=200", new Page<>(List.of(cap), null))
                .on("PUT /v1/caps/cloud", cap)
                .on("POST /v1/caps/cloud/remove", cap);

        assertThat(text(service.run("caps"))).contains("cloud", "starter");
        assertThat(
                        text(
                                service.run(
                                        "caps",
                                        "set",
                                        "cloud",
                                        "--most",
                                        "5",
                                        "--blueprint",
                                        "starter",
                                        "--reason",
                                        "throttled")))
                .contains("At most 5 runs under cloud", "now there are 3");
        assertThat(text(service.run("caps", "remove", "cloud", "--reason", "well again")))
                .contains("is gone");
    }

    @Test
    void breakers_are_listed_and_closed() throws IOException {
        BreakerView breaker =
                new BreakerView(
                        "b-1",
                        "PROVIDER",
                        "OPEN",
                        "provider postgresql with db",
                        "NETWORK",
                        5,
                        3,
                        "r1",
                        List.of("d1"),
                        42,
                        AT,
                        AT,
                        null,
                        null,
                        null,
                        null);
        service.on("GET /v1/breakers?closed=false&limit=200", new Page<>(List.of(breaker), null))
                .on("POST /v1/breakers/b-1/close", breaker);

        assertThat(text(service.run("breakers")))
                .contains("b-1", "provider postgresql with db", "5 runs of 3 tenants", "42");
        assertThat(text(service.run("breakers", "close", "b-1", "--reason", "mended")))
                .contains("is closed; 42 stacks are let go");
        assertThat(service.bodies().getLast()).isEqualTo("{\"reason\":\"mended\"}");
    }
}
