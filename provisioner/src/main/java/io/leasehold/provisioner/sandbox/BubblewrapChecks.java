package io.leasehold.provisioner.sandbox;

import static io.leasehold.provisioner.sandbox.ProbeList.Check.always;
import static io.leasehold.provisioner.sandbox.ProbeList.Check.never;

import io.leasehold.provisioner.door.DoorRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What must hold of a sandbox that bubblewrap makes. */
final class BubblewrapChecks implements ProbeList {

    private static final String NETWORK = "the network is open outside the doors";

    /** As the kernel calls them. */
    private static final List<String> NAMESPACES =
            List.of("user", "mnt", "pid", "net", "ipc", "uts");

    /** What a root has, with what the probe mounts and what comes with the host's /usr. */
    private static final String OF_ROOT =
            "bin,dev,etc,home,lib,lib64,proc,tmp,usr,probe-given,probe-shared";

    private final SandboxConfig config;
    private final Privilege privilege;
    private final Cgroups cgroups;

    BubblewrapChecks(SandboxConfig config, Privilege privilege, Cgroups cgroups) {
        this.config = config;
        this.privilege = privilege;
        this.cgroups = cgroups;
    }

    @Override
    public Optional<ProbeResult> missing() {
        return HostTools.find()
                        instanceof HostTools.Search.Missing(String program, String aptPackage)
                ? Optional.of(
                        new ProbeResult.Failed(
                                program + " is not installed",
                                "install it: apt-get install " + aptPackage))
                : Optional.empty();
    }

    @Override
    public List<Check> checks(Bait bait) {
        List<Check> checks = new ArrayList<>();
        for (String kind : NAMESPACES) {
            String part = "programs share the %s namespace of the host".formatted(kind);
            checks.add(never("namespace=" + own(kind), part));
        }
        checks.addAll(
                CommonChecks.ofProcess(
                        privilege.slotUsers()
                                ? ResourceLimits.withProcesses(config)
                                : ResourceLimits.of(config)));
        checks.add(never("read=" + bait.canary(), CommonChecks.FILES));
        checks.add(never("others=/:" + OF_ROOT, CommonChecks.FILES));
        for (String file : List.of("/probe", "/etc/probe", "/dev/probe", "/probe-given/probe")) {
            checks.add(
                    never("write=" + file, "what is read-only in the sandbox can be written to"));
        }
        String size = "file systems in memory have no size";
        checks.add(never("larger=/tmp:" + config.tmpSize().asLongValue(), size));
        checks.add(never("larger=/dev/shm:" + SandboxLine.SMALL, size));
        checks.add(never("larger=/home/run:" + SandboxLine.SMALL, size));
        checks.add(never("open=/dev/ptmx", "terminals can be had"));
        checks.add(never("dial=127.0.0.1:" + bait.port(), NETWORK));
        checks.add(never("dial=169.254.169.254:80", NETWORK));
        checks.add(never("dial=1.1.1.1:53", NETWORK));
        checks.add(never("resolve=leasehold.invalid", "names are resolved outside the doors"));
        checks.add(always("write=/probe-shared/owner", "results cannot be written"));
        checks.add(always("resolve=" + DOOR_NAME, "the door does not answer names"));
        checks.add(always("echo=" + DOOR_NAME + ":7", "the door does not carry connections"));
        return checks;
    }

    private static String own(String kind) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns", kind)).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public DoorRule door(int port) {
        return new DoorRule(DOOR_NAME, 7, Optional.of("127.0.0.1:" + port));
    }

    @Override
    public Optional<ProbeResult> afterwards(Bait bait) throws IOException {
        Path proof = bait.shared().resolve("owner");
        if (Files.exists(proof) && Ownership.ownerOf(proof) == 0 && privilege.slotUsers()) {
            return Optional.of(
                    new ProbeResult.Failed(
                            "programs run as root of the host",
                            "give the worker the capabilities SETUID, SETGID and SETPCAP, with which it"
                                    + " becomes user "
                                    + config.firstUser()));
        }
        return cgroups.missing()
                .map(part ->
                        new ProbeResult.Failed(
                                part,
                                "leasehold.sandbox.cgroups must name directories with the"
                                        + " controllers memory and pids that are the worker's"));
    }

    @Override
    public Optional<ProbeResult.Lack> without() throws IOException {
        return cgroups.lack();
    }
}
