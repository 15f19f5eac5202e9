package io.leasehold.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The steps at which a process can be ended: each is one method of one class of a service or of a
 * library it uses. A test looks for each of them in what the services are packaged with: where a
 * method has another name after an upgrade, nobody would be ended there.
 */
public enum Step {
    /** A claim is asked for; after: the ledger has leased a run, or has none. */
    CLAIM(Service.PROVISIONER, LedgerCalls.NAME, "claim", null),
    /** The module of a run is made ready. */
    TEMPLATE(Service.PROVISIONER, "io.leasehold.provisioner.module.TemplateStore", "of", null),
    /** The ledger is told that a plan begins. */
    PLANNING(Service.PROVISIONER, LedgerCalls.KEEPER, "enter", "PLANNING"),
    /** A plan is handed in before it is applied. */
    PLAN_KEPT(Service.PROVISIONER, LedgerCalls.NAME, "keepPlan", null),
    /** The plan that an earlier run left is asked for. */
    PLAN_TAKEN(Service.PROVISIONER, LedgerCalls.NAME, "takePlan", null),
    /** The ledger is told that an apply begins. */
    APPLYING(Service.PROVISIONER, LedgerCalls.KEEPER, "enter", "APPLYING"),
    /** A tofu is started in its sandbox; after: it runs. */
    TOFU_START(Service.PROVISIONER, "io.leasehold.provisioner.tofu.SandboxedTofu", "start", null),
    /** After: a tofu ended, and what it left is read. */
    TOFU_END(Service.PROVISIONER, "io.leasehold.provisioner.tofu.TofuExecution", "end", null),
    /** A state of tofu is written to the spool. */
    STATE_SPOOLED(
            Service.PROVISIONER, "io.leasehold.provisioner.stateproxy.FileSpool", "keep", null),
    /** A state is sent on; after: the state service has answered. */
    STATE_SENT(
            Service.PROVISIONER,
            "io.leasehold.provisioner.stateproxy.HttpStateUpstreams$OverHttp",
            "post",
            null),
    /** A state that the service has leaves the spool. */
    STATE_FORGOTTEN(
            Service.PROVISIONER, "io.leasehold.provisioner.stateproxy.FileSpool", "discard", null),
    /** The outcome is told. */
    OUTCOME(Service.PROVISIONER, LedgerCalls.NAME, "outcome", null),
    /** Lines of a run's log are handed in. */
    LOG(Service.PROVISIONER, LedgerCalls.NAME, "log", null),
    /** What a drift check found is told. */
    DRIFT_REPORT(Service.PROVISIONER, LedgerCalls.NAME, "driftReport", null),
    /** Records are handed in to the ledger. */
    INTAKE(Service.PROVISIONER, LedgerCalls.NAME, "intake", null),
    /** Rows of the outbox are asked for. */
    DRAIN(Service.PROVISIONER, LedgerCalls.NAME, "drain", null),
    /** What was sent to the broker is committed. */
    PUBLISHED(
            Service.PROVISIONER,
            "org.apache.kafka.clients.producer.KafkaProducer",
            "commitTransaction",
            null),
    /** A transaction is committed; after: its commit is on the way. */
    COMMIT(Service.STATE_SERVICE, "io.vertx.sqlclient.impl.TransactionImpl", "commit", null),
    /** A request is answered; before: what it did is durable and nobody knows. */
    ANSWER(Service.STATE_SERVICE, "io.vertx.core.http.impl.Http1xServerResponse", "end", null);

    private final Service service;
    private final String className;
    private final String method;
    private final @Nullable String argument;

    Step(Service service, String className, String method, @Nullable String argument) {
        this.service = service;
        this.className = className;
        this.method = method;
        this.argument = argument;
    }

    private static final class LedgerCalls {
        static final String NAME =
                "io.leasehold.provisioner.ledger.LedgerApi$$QuarkusRestClientInterface";
        static final String KEEPER = "io.leasehold.provisioner.runner.LeaseKeeper";
    }

    /** Whose step it is. */
    public Service service() {
        return service;
    }

    /** All steps of a service. */
    public static List<Step> of(Service service) {
        return List.of(values()).stream().filter(step -> step.service == service).toList();
    }

    static List<Step> in(String className) {
        List<Step> steps = new ArrayList<>();
        for (Step step : values()) {
            if (step.className.equals(className)) {
                steps.add(step);
            }
        }
        return steps;
    }

    /** The class's binary name. */
    public String className() {
        return className;
    }

    /** The name of the method, one or several of the class. */
    public String method() {
        return method;
    }

    /** What the text of the method's first argument must hold for it to be this step. */
    Optional<String> argument() {
        return Optional.ofNullable(argument);
    }
}
