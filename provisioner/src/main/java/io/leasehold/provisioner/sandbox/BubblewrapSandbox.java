package io.leasehold.provisioner.sandbox;

import io.leasehold.provisioner.door.Connector;
import io.leasehold.provisioner.door.DoorBroker;
import io.leasehold.provisioner.door.Entrance;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.process.StopLadder;
import io.leasehold.provisioner.process.Subprocess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/** The default sandbox: see {@link SandboxLine} for how it is built. Shared; any thread. */
final class BubblewrapSandbox implements Sandbox {

    private static final Logger LOGGER = Logger.getLogger(BubblewrapSandbox.class);

    /** What bubblewrap says where it may not write to the limit. */
    private static final List<String> LIMIT_CANNOT_BE_SET =
            List.of(
                    "cannot open /proc/sys/user/max_user_namespaces",
                    "sysctl user.max_user_namespaces = 1");

    private static final ProbeResult.Lack NO_LIMIT =
            new ProbeResult.Lack(
                    "the number of nested user namespaces cannot be limited here: the system call"
                            + " filter alone keeps programs from making them, and from what of the"
                            + " kernel can be reached in them only",
                    "let the worker write to /proc/sys/user (docker: --security-opt"
                            + " systempaths=unconfined; Kubernetes: procMount: Unmasked) and restart"
                            + " it");

    private final SandboxConfig config;
    private final Connector connector;
    private final Privilege privilege;
    private final SandboxRoot root;
    private final Cgroups cgroups;
    private final BlockingQueue<Integer> slots;
    private final AtomicLong sockets = new AtomicLong();
    private volatile boolean disableUserNamespaces = true;

    /**
     * @throws IOException when the directories cannot be made
     */
    BubblewrapSandbox(SandboxConfig config, Connector connector) throws IOException {
        this.config = config;
        this.connector = connector;
        this.privilege = Privilege.current();
        this.root = SandboxRoot.make(config);
        this.cgroups = Cgroups.of(config);
        this.slots = new ArrayBlockingQueue<>(config.slots());
        for (int slot = 0; slot < config.slots(); slot++) {
            slots.add(slot);
        }
    }

    @Override
    public Tier tier() {
        return Tier.BUBBLEWRAP;
    }

    @Override
    public Layout layout() {
        return Layout.OWN_ROOT;
    }

    @Override
    public ProbeResult probe() throws InterruptedException {
        return probe(config.doorBinary());
    }

    /** By a program that need not be the one that makes the sandbox. */
    ProbeResult probe(Path program) throws InterruptedException {
        ProbeResult result = tried(program);
        if (disableUserNamespaces && isForTheLimit(result)) {
            disableUserNamespaces = false;
            result = tried(program);
        }
        if (disableUserNamespaces || !(result instanceof ProbeResult.Ok ok)) {
            return result;
        }
        List<ProbeResult.Lack> without = new ArrayList<>(ok.without());
        without.add(NO_LIMIT);
        return new ProbeResult.Ok(ok.description(), without);
    }

    private ProbeResult tried(Path program) throws InterruptedException {
        ProbeList list = new BubblewrapChecks(config, privilege, cgroups);
        return new SandboxProbe(this, config, root.runs(), list, description(), program).run();
    }

    /**
     * Whether bubblewrap could not set the limit, in its own words, and for no other reason: a
     * sandbox that fails in any other way is not tried with less.
     */
    private static boolean isForTheLimit(ProbeResult result) {
        return result instanceof ProbeResult.Failed failed
                && LIMIT_CANNOT_BE_SET.stream().anyMatch(failed.part()::contains);
    }

    /** Where run directories are made. */
    Path runs() {
        return root.runs();
    }

    /** How the sandbox is made here, for the log. */
    private String description() {
        return "bubblewrap as "
                + switch (privilege) {
                    case ROOT -> "root, a user for each of " + config.slots() + " slots";
                    case BOUNDED_ROOT -> "root without SYS_ADMIN, a user for each slot";
                    case USER -> "a plain user";
                }
                + (disableUserNamespaces ? "" : ", nested user namespaces refused by filter only")
                + (config.cgroups().isPresent()
                        ? ""
                        : ", memory limited by address space only and processors not at all"
                                + " (leasehold.sandbox.cgroups)");
    }

    @Override
    public SandboxedRun start(RunSpec spec, Output output) throws InterruptedException {
        int slot = slots.take();
        ProgramRun run = new ProgramRun(() -> slots.add(slot));
        try {
            launch(run, slot, spec, output);
        } catch (IOException e) {
            LOGGER.warnf(
                    "a sandbox could not be made runId=%s reason=%s", spec.runId(), e.toString());
            run.failed(new ProcessOutcome.FailedToStart("sandbox: " + e));
        }
        return run;
    }

    private void launch(ProgramRun run, int slot, RunSpec spec, Output output) throws IOException {
        HostTools tools =
                switch (HostTools.find()) {
                    case HostTools.Search.Found(HostTools found) -> found;
                    case HostTools.Search.Missing(String program, String aptPackage) ->
                            throw new IOException(program + " is missing; install " + aptPackage);
                };
        OptionalInt user =
                privilege.slotUsers()
                        ? OptionalInt.of(config.firstUser() + slot)
                        : OptionalInt.empty();
        RunDirectory directory = RunDirectory.make(root.runs(), spec, user);
        run.in(directory);
        Path socket = root.sockets().resolve(slot + "-" + sockets.incrementAndGet());
        DoorBroker doors =
                DoorBroker.listen(
                        spec.runId(),
                        List.of(Entrance.socket(socket)),
                        spec.network().doors(),
                        spec.network().service(),
                        connector,
                        spec.network().held());
        run.with(doors);
        Ownership.permit(socket, "rw-------");
        if (user.isPresent()) {
            Ownership.give(socket, user.getAsInt());
        }
        SandboxLine line = new SandboxLine(config, tools, privilege, root, disableUserNamespaces);
        List<String> argv =
                line.of(spec, new SandboxLine.Place(slot, directory, socket, cgroups.enter(slot)));
        run.watchedBy(cgroups.watch(slot));
        run.begin(
                new Subprocess.Spec(
                        spec.runId(),
                        argv,
                        spec.program().env(),
                        spec.limits().wallClock(),
                        spec.limits().idle()),
                output,
                new StopLadder(
                        new Signals(config.doorBinary(), SandboxLine.DEPTH),
                        spec.stop().grace(),
                        INSIST,
                        spec.stop().busy()));
    }
}
