package io.leasehold.provisioner.runner;

import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.WorkerRegistration;
import io.leasehold.provisioner.ProvisionerIdentity;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.ledger.LedgerConfig;
import io.leasehold.provisioner.ledger.LedgerRefusal;
import io.leasehold.provisioner.ledger.LedgerUnavailable;
import io.leasehold.provisioner.ledger.Patience;
import io.leasehold.provisioner.sandbox.ProbeResult;
import io.leasehold.provisioner.sandbox.Sandbox;
import io.leasehold.provisioner.sandbox.Tier;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The runner role of this process: hands in what runs left in the spool, at its start and from then
 * on, probes the sandbox, says who it is and opens its slots. Without a sandbox that holds it takes
 * no work and says which part failed.
 */
@ApplicationScoped
public class Worker {

    private static final Logger LOGGER = Logger.getLogger(Worker.class);

    /** Exit code of a worker that must make room. */
    private static final int SUPERSEDED = 3;

    private static final Duration START_AGAIN = Duration.ofSeconds(10);

    private static final Duration AGAIN = Duration.ofSeconds(1);

    /** So often a service that is away is asked to take what an earlier boot left. */
    private static final int SALVAGE_TRIES = 60;

    private final RunnerConfig config;
    private final LedgerConfig ledgerConfig;
    private final ProvisionerIdentity identity;
    private final Sandbox sandbox;
    private final SpoolSalvage salvage;
    private final OutcomeSalvage outcomes;
    private final RunTools tools;
    private final Slots slots = new Slots();
    private volatile boolean registered;
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
                        execution.outcomes(),
                        config.bindings().map(Bindings::read).orElse(Bindings.NONE),
                        config,
                        clock);
        this.salvage = new SpoolSalvage(execution.spool(), execution.states(), slots::workOn);
        this.outcomes =
                new OutcomeSalvage(
                        execution.outcomes(),
                        ledger,
                        Patience.Limits.of(ledgerConfig),
                        slots::workOn);
    }

    void onStart(@Observes StartupEvent event) {
        if (config.enabled()) {
            Thread.ofPlatform().name("worker-start").daemon().start(this::open);
        }
    }

    /**
     * Takes nothing more and lets what is at work end. Then takes its leave, so that nobody waits
     * for a lease of its. Before the other roles of this process, which end all waiting for the
     * ledger when they stop.
     */
    void onStop(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) ShutdownEvent event) {
        if (!config.enabled()) {
            tools.ledger().stop();
            return;
        }
        slots.drain();
        // What cannot be told when all has ended is spooled.
        boolean ended = Drain.end(slots, config, tools.ledger()::stop);
        // A run that did not end keeps its lease for as long as that lasts: its tofu may live.
        if (ended && registered) {
            outcomes.tell();
            // Leaving would end runs whose outcomes wait here; their leases last until they are
            // told.
            if (tools.outcomes().runs().isEmpty()) {
                leave();
            }
        }
    }

    private void leave() {
        try {
            tools.ledger().run(api -> api.leave(registration()));
            LOGGER.infof("worker has left name=%s", identity.name());
        } catch (LedgerUnavailable | LedgerRefusal e) {
            LOGGER.warnf("worker leaves without a word reason=%s", e.getMessage());
        }
    }

    /** What the probe said; null while it is not done or this process runs nothing. */
    public @Nullable ProbeResult probe() {
        return probe;
    }

    private void open() {
        Begun begun = begin();
        while (begun == Begun.AGAIN && tools.ledger().pauseUnlessStopping(START_AGAIN)) {
            begun = begin();
        }
        if (begun == Begun.REGISTERED) {
            openSlots();
            handInLeftovers();
        }
    }

    /** How far the worker has come before it takes work. */
    private enum Begun {
        REGISTERED,
        NOT_TO_WORK,
        AGAIN
    }

    private Begun begin() {
        try {
            // Once before the sandbox is tried: the leases go on running meanwhile.
            if (!handIn(true)) {
                // An outcome ends its run's lease, and with it the right of a state that waits.
                tellOutcomes(outcomes::tell);
            }
            Optional<ProbeResult> tooMany = tooMany(sandbox.tier(), config);
            ProbeResult result = tooMany.isPresent() ? tooMany.get() : sandbox.probe();
            switch (result) {
                case ProbeResult.Failed(String part, String remedy) -> {
                    probe = result;
                    LOGGER.errorf(
                            "no work is taken, the sandbox does not hold part=%s remedy=%s",
                            part, remedy);
                    return Begun.NOT_TO_WORK;
                }
                case ProbeResult.Ok(String description, List<ProbeResult.Lack> without) -> {
                    if (probe == null) {
                        // An outage is waited for below; what failed before stays until it is over.
                        probe = result;
                    }
                    LOGGER.infof("sandbox holds how=%s", description);
                    without.forEach(Worker::warn);
                    tellOfBefore();
                    register();
                    probe = result;
                    return Begun.REGISTERED;
                }
            }
        } catch (LedgerRefusal e) {
            LOGGER.errorf(
                    "worker refused, check its name and its token's roles code=%s detail=%s",
                    e.code(), e.getMessage());
            probe =
                    new ProbeResult.Failed(
                            "the registration of the worker",
                            "check its name and its token's roles: " + e.code());
            return Begun.AGAIN;
        } catch (LedgerUnavailable e) {
            LOGGER.warnf("worker stops before it started reason=%s", e.getMessage());
            return Begun.NOT_TO_WORK;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Begun.NOT_TO_WORK;
        } catch (RuntimeException | Error e) {
            LOGGER.error("worker cannot start, it is tried again", e);
            probe = new ProbeResult.Failed("the start of the worker", "see the log for its reason");
            return Begun.AGAIN;
        }
    }

    private static void warn(ProbeResult.Lack lack) {
        LOGGER.warnf(
                "the sandbox holds by one defence less part=%s remedy=%s",
                lack.part(), lack.remedy());
    }

    /**
     * What the boot before could not tell, while its leases are still its: registering ends its
     * runs, and what they wrote would be orphans then.
     */
    private void tellOfBefore() {
        int tries = 0;
        while (handIn(true) && tries < SALVAGE_TRIES && tools.ledger().pauseUnlessStopping(AGAIN)) {
            tries++;
        }
        tellOutcomes(outcomes::tellPersistently);
    }

    /**
     * Where programs would see each other a second slot would wait for the first, lease in hand. A
     * drift check is waited for so too: it is short, and holds no lease.
     */
    static Optional<ProbeResult> tooMany(Tier tier, RunnerConfig config) {
        return tier.oneAtATime() && config.slots() > 1
                ? Optional.of(
                        new ProbeResult.Failed(
                                "leasehold.runner.slots is %d, and the tier %s runs one program at a time"
                                        .formatted(
                                                config.slots(),
                                                tier.name().toLowerCase(Locale.ROOT)),
                                "set leasehold.runner.slots=1, and start more workers instead"))
                : Optional.empty();
    }

    /**
     * Goes on for as long as this worker lives: a run may leave a state at any time. Such a run was
     * fenced, and once the next one has written, its state is an orphan: so it is handed in within
     * a second, of that or of the service's return.
     */
    private void handInLeftovers() {
        HandInRounds rounds = new HandInRounds();
        do {
            boolean away = handIn(rounds.again());
            if (rounds.over(away)) {
                tellOutcomes(outcomes::tell);
            }
        } while (tools.ledger().pauseUnlessStopping(AGAIN));
    }

    /** A round that fails ends no other one; what it did not come to waits. */
    private boolean handIn(boolean again) {
        try {
            return salvage.handIn(again);
        } catch (IOException | RuntimeException | Error e) {
            // An error too: a large state that finds no room now may find it later.
            if (again) {
                LOGGER.errorf("what runs left cannot be handed in, it stays reason=%s", e);
            }
            return true;
        }
    }

    private static void tellOutcomes(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException e) {
            LOGGER.errorf("kept outcomes cannot be told, they stay reason=%s", e);
        }
    }

    private WorkerRegistration registration() {
        return new WorkerRegistration(identity.name(), identity.bootId());
    }

    private void register() {
        tools.ledger()
                .persistently(
                        "register",
                        () -> true,
                        api -> {
                            api.register(registration());
                            return true;
                        });
        registered = true;
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
            slots.open(
                    new Slot(tools, identity, ledgerConfig, lane, this::superseded),
                    "slot-" + lane);
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
}
