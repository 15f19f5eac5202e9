package io.leasehold.provisioner.runner;

import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.WorkerRegistration;
import io.leasehold.provisioner.ProvisionerIdentity;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.ledger.LedgerConfig;
import io.leasehold.provisioner.ledger.LedgerRefusal;
import io.leasehold.provisioner.ledger.LedgerUnavailable;
import io.leasehold.provisioner.sandbox.ProbeResult;
import io.leasehold.provisioner.sandbox.Sandbox;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The runner role of this process: probes the sandbox, says who it is, opens its slots, and hands
 * in what runs left in the spool. Without a sandbox that holds it takes no work and says which part
 * failed.
 */
@ApplicationScoped
public class Worker {

    private static final Logger LOGGER = Logger.getLogger(Worker.class);

    /** Exit code of a worker that must make room. */
    private static final int SUPERSEDED = 3;

    private static final Duration SALVAGE_PAUSE = Duration.ofSeconds(15);

    private final RunnerConfig config;
    private final LedgerConfig ledgerConfig;
    private final ProvisionerIdentity identity;
    private final Sandbox sandbox;
    private final SpoolSalvage salvage;
    private final RunTools tools;
    private final List<Slot> slots = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private volatile @Nullable ProbeResult probe;

    @Inject
    Worker(
            RunnerConfig config,
            LedgerConfig ledgerConfig,
            ProvisionerIdentity identity,
            Ledger ledger,
            Execution execution,
            Clock clock) {
        this.config = config;
        this.ledgerConfig = ledgerConfig;
        this.identity = identity;
        this.sandbox = execution.sandbox();
        this.tools =
                new RunTools(
                        ledger,
                        execution.templates(),
                        execution.tofu(),
                        execution.deliveries(),
                        config.bindings().map(Bindings::read).orElse(Bindings.NONE),
                        config,
                        clock);
        this.salvage =
                new SpoolSalvage(
                        execution.spool(),
                        execution.states(),
                        runId -> slots.stream().anyMatch(slot -> slot.worksOn(runId)));
    }

    void onStart(@Observes StartupEvent event) {
        if (config.enabled()) {
            start("worker-start", this::open);
        }
    }

    /** Takes nothing more, asks what is at work to stop and save its state, and waits for it. */
    void onStop(@Observes ShutdownEvent event) {
        tools.ledger().stop();
        slots.forEach(Slot::stop);
        try {
            for (Thread thread : threads) {
                thread.join(config.grace());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the probe said; null while it is not done or this process runs nothing. */
    public @Nullable ProbeResult probe() {
        return probe;
    }

    private void open() {
        try {
            ProbeResult result = sandbox.probe();
            probe = result;
            switch (result) {
                case ProbeResult.Failed(String part, String remedy) ->
                        LOGGER.errorf(
                                "no work is taken, the sandbox does not hold part=%s remedy=%s",
                                part, remedy);
                case ProbeResult.Ok(String description) -> {
                    LOGGER.infof("sandbox holds how=%s", description);
                    register();
                    openSlots();
                    handInLeftovers();
                }
            }
        } catch (LedgerRefusal e) {
            LOGGER.errorf(
                    "worker refused, check its name and its token's roles code=%s detail=%s",
                    e.code(), e.getMessage());
        } catch (LedgerUnavailable e) {
            LOGGER.warnf("worker stops before it started reason=%s", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Goes on for as long as this worker lives: a run may leave a state at any time. */
    private void handInLeftovers() {
        do {
            try {
                salvage.handIn();
            } catch (IOException e) {
                LOGGER.errorf("spool cannot be read reason=%s", e.getMessage());
            }
        } while (tools.ledger().pauseUnlessStopping(SALVAGE_PAUSE));
    }

    private void register() {
        WorkerRegistration registration =
                new WorkerRegistration(identity.name(), identity.bootId());
        tools.ledger()
                .persistently(
                        "register",
                        () -> true,
                        api -> {
                            api.register(registration);
                            return true;
                        });
    }

    private void openSlots() {
        List<Lane> lanes = new ArrayList<>();
        for (int i = 0; i < config.slots(); i++) {
            lanes.add(Lane.LIFECYCLE);
        }
        for (int i = 0; i < config.driftSlots(); i++) {
            lanes.add(Lane.DRIFT);
        }
        for (Lane lane : lanes) {
            Slot slot = new Slot(tools, identity, ledgerConfig, lane, this::superseded);
            slots.add(slot);
            start("slot-" + lane + "-" + slots.size(), slot);
        }
    }

    /**
     * Registering again would free the leases of whoever bears the name now. A fresh process is a
     * newer boot by right, so this one ends, and two workers of one name are seen by their
     * restarts.
     */
    private void superseded() {
        LOGGER.errorf(
                "this boot is not the one the ledger knows, ending; is there another worker of this"
                        + " name? name=%s",
                identity.name());
        Quarkus.asyncExit(SUPERSEDED);
    }

    private void start(String name, Runnable task) {
        threads.add(Thread.ofPlatform().name(name).daemon().start(task));
    }
}
