package io.leasehold.provisioner.attacks;

import io.leasehold.embedded.Ports;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.provisioner.module.Template;
import io.leasehold.provisioner.sandbox.Layout;
import io.leasehold.provisioner.stateproxy.StateAccess;
import io.leasehold.provisioner.tofu.RunInputs;
import io.leasehold.provisioner.tofu.RunLimits;
import io.leasehold.provisioner.tofu.TofuCommand;
import io.leasehold.provisioner.tofu.TofuRequest;
import io.leasehold.provisioner.workshop.HostileTools;
import io.leasehold.provisioner.workshop.StateServer;
import io.leasehold.provisioner.workshop.Tools;
import io.leasehold.provisioner.workshop.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Workers that are attacked: each as it is, or without some defences, and all with the same tools.
 * A run is one apply, by real tofu in the real sandbox, of a module that runs the attacker.
 */
final class AttackedWorkers implements AutoCloseable {

    /** Users that no other run of this machine has, so that their processes are not counted. */
    static final int FIRST_USER = 71_000;

    private final Path directory;
    private final Path mirror;
    private final StateServer states = new StateServer();
    private final Map<Set<Defence>, Worker> workers = new HashMap<>();
    private final Map<String, String> settings = new HashMap<>();
    private int runs;

    /** Keeps its files in a directory of its own. */
    AttackedWorkers(Path directory, Map<String, String> more) throws IOException {
        this.directory = directory;
        mirror = HostileTools.mirror(directory);
        // A copy: an attack that works changes it.
        Path tofu = directory.resolve("tofu");
        Files.copy(Tools.tofu(), tofu, StandardCopyOption.COPY_ATTRIBUTES);
        settings.put("leasehold.tofu.binary", tofu.toString());
        settings.put("leasehold.tofu.providers", mirror.toString());
        settings.put("leasehold.module.templates", directory.resolve("templates").toString());
        settings.put("leasehold.sandbox.first-user", Integer.toString(FIRST_USER));
        // One that no run of the suite finds taken when it is in the network of the host.
        settings.put("leasehold.sandbox.service-port", Integer.toString(Ports.free()));
        // As they are related by default, and small: what is written is written to this machine.
        settings.put("leasehold.sandbox.tmp-size", "16M");
        settings.put("leasehold.sandbox.file-size", "24M");
        settings.putAll(more);
    }

    /** A try with its paths as a program sees them that has no root of its own. */
    String inPlace(String tried) throws IOException {
        Layout at = worker(Set.of()).sandbox().layout();
        return tried.replace("/opt/providers", mirror.toString())
                .replace("/bin/tofu", directory.resolve("tofu").toString())
                .replaceAll("(?<=[=>])(/work|/tmp|/home/run)(?=/|$)", at.of("$1"));
    }

    /** What came of tries by a worker without those defences. */
    Ran run(Set<Defence> without, List<String> tries) throws IOException, InterruptedException {
        return run(without, tries, Worker.inputs());
    }

    Ran run(Set<Defence> without, List<String> tries, RunInputs inputs)
            throws IOException, InterruptedException {
        Ran ran = new Ran();
        run(ran, without, tries, inputs);
        return ran;
    }

    /** For a run that the worker may not get to the end of. */
    void run(Ran ran, Set<Defence> without, List<String> tries, RunInputs inputs)
            throws IOException, InterruptedException {
        // Made by the worker as it is: what it makes is the same for all of them.
        Worker plain = worker(Set.of());
        String providers = plain.sandbox().layout().given(mirror, "/opt/providers");
        Template template = plain.template(HostileTools.module(providers));
        runs++;
        TofuRequest request =
                new TofuRequest(
                        "attack-" + runs,
                        new TofuCommand.DirectApply(),
                        template,
                        HostileTools.trying(tries, inputs),
                        List.of(),
                        StateAccess.writable(new StackRef("acme", runs, "attack"), "lease-1"),
                        new RunLimits(
                                Duration.ofSeconds(50),
                                Duration.ofSeconds(50),
                                Duration.ofSeconds(5)),
                        () -> true);
        ran.by(worker(without), request);
    }

    /** The attacker as a program of root's with the set-user-id bit, on the host. */
    Path setuidProgram() {
        return directory.resolve("providers/setuid");
    }

    /** The attacker as the provider that it is, on the host. */
    Path program() {
        return directory.resolve("providers").resolve(HostileTools.PROVIDER);
    }

    private Worker worker(Set<Defence> without) throws IOException {
        Worker known = workers.get(without);
        if (known == null) {
            Map<String, String> own = new HashMap<>(settings);
            if (!without.isEmpty()) {
                own.put("leasehold.sandbox.door-binary", weakened(without).toString());
            }
            known = new Worker(directory.resolve("worker" + workers.size()), states.uri(), own);
            workers.put(without, known);
        }
        return known;
    }

    /** In the place of the door: takes the defences out of the line and becomes the door. */
    private Path weakened(Set<Defence> without) throws IOException {
        Path program = directory.resolve("door" + workers.size());
        Files.writeString(
                program,
                "#!/bin/sh\nexec %s weaken %s %s -- \"$@\"\n"
                        .formatted(
                                Tools.attacker(),
                                Tools.door(),
                                without.stream()
                                        .map(Defence::word)
                                        .collect(Collectors.joining(" "))));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return program;
    }

    @Override
    public void close() {
        states.close();
    }
}
