package io.leasehold.provisioner.sandbox;

import io.leasehold.provisioner.door.DoorRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The command line of a sandbox, from the outermost program to the tenant's.
 *
 * <pre>
 * leasehold-door (network and mount namespaces, in which it stays; a stage of what the run may see;
 *     drops to the slot's user)
 *   bwrap (user, pid, ipc, uts, cgroup namespaces; a root of its own)
 *     program
 * </pre>
 *
 * The order matters: the environment is cleared before the first of them, the user is dropped
 * before bubblewrap, which would not drop it, and the network namespace is made outside bubblewrap,
 * so that the door is in it and the program cannot see the door. A worker that may not make a
 * network namespace by itself starts the door by unshare, which makes a user namespace too: a
 * program with threads, such as the door, cannot.
 */
final class SandboxLine {

    /**
     * How deep below the process the worker starts the program is: door, bwrap, its init, program.
     */
    static final int DEPTH = 3;

    /** Room of the file systems in memory that nobody needs much of, in bytes. */
    static final long SMALL = 16 << 20;

    /** Mounts of every root: what a run mounts below them goes over them. */
    private static final List<Path> OVER_ROOT =
            Stream.of("/etc", "/usr", "/proc", "/dev", "/tmp", "/home/run").map(Path::of).toList();

    private final SandboxConfig config;
    private final HostTools tools;
    private final Privilege privilege;
    private final SandboxRoot root;
    private final boolean disableUserNamespaces;

    SandboxLine(
            SandboxConfig config,
            HostTools tools,
            Privilege privilege,
            SandboxRoot root,
            boolean disableUserNamespaces) {
        this.config = config;
        this.tools = tools;
        this.privilege = privilege;
        this.root = root;
        this.disableUserNamespaces = disableUserNamespaces;
    }

    /** What differs from run to run. */
    record Place(int slot, RunDirectory directory, Path socket, List<Path> cgroups) {}

    List<String> of(RunSpec spec, Place place) throws IOException {
        List<RunDirectory.Prepared> mounts = place.directory().mounts();
        Path stage = stage(mounts, place);
        List<String> line = new ArrayList<>();
        int user = config.firstUser() + place.slot();
        switch (privilege) {
            case ROOT -> {}
            case BOUNDED_ROOT -> {
                add(line, tools.setpriv(), "--reuid", user, "--regid", user, "--clear-groups");
                add(line, "--inh-caps=-all", "--", tools.unshare(), "-U", "-r", "-n", "-m", "--");
            }
            case USER -> add(line, tools.unshare(), "-U", "-r", "-n", "-m", "--");
        }
        door(line, spec, place, stage, mounts);
        bubblewrap(line, stage, mounts);
        add(line, "--chdir", spec.program().directory(), "--");
        line.addAll(spec.program().argv());
        return line;
    }

    private void door(
            List<String> line,
            RunSpec spec,
            Place place,
            Path stage,
            List<RunDirectory.Prepared> mounts) {
        add(line, config.doorBinary(), "run", "--parent", ProcessHandle.current().pid());
        add(line, "--socket", place.socket(), "--status", place.directory().status());
        add(line, "--seccomp", root.seccomp(), "--stage", stage);
        if (spec.network().service() != null) {
            add(line, "--service-port", config.servicePort());
        }
        for (DoorRule rule : spec.network().doors()) {
            add(line, "--door", rule.endpoint());
        }
        for (Path procs : place.cgroups()) {
            add(line, "--cgroup", procs);
        }
        root(line, mounts);
        // Processes are counted by user: a plain user has others that would count too.
        (privilege.slotUsers() ? ResourceLimits.withProcesses(config) : ResourceLimits.of(config))
                .forEach((name, value) -> add(line, "--rlimit", name + "=" + value));
        if (privilege == Privilege.ROOT) {
            add(line, "--unshare", "--user", config.firstUser() + place.slot());
        }
        add(line, "--");
    }

    /** The root, whole, and beside it what is to be mounted over it. */
    private void root(List<String> line, List<RunDirectory.Prepared> mounts) {
        for (String empty : List.of("/proc", "/dev", "/tmp", "/home/run")) {
            add(line, "--root-dir", empty);
        }
        add(line, "--root-bind", "/etc=" + root.etc());
        if (config.hostUsr()) {
            add(line, "--root-bind", "/usr=/usr", "--root-link", "/bin/sh=/usr/bin/sh");
            add(line, "--root-link", "/lib=usr/lib", "--root-link", "/lib64=usr/lib64");
        }
        for (int i = 0; i < mounts.size(); i++) {
            RunDirectory.Prepared mount = mounts.get(i);
            boolean apart = isApart(mounts, mount);
            if (apart && !mount.writable()) {
                add(line, "--root-bind", mount.inside() + "=" + mount.host());
                continue;
            }
            add(line, "--bind", "m" + i + "=" + mount.host());
            if (apart) {
                String place = Files.isDirectory(mount.host()) ? "--root-dir" : "--root-file";
                add(line, place, mount.inside());
            }
        }
    }

    /** Whether a mount lies in no other. */
    private static boolean isApart(
            List<RunDirectory.Prepared> mounts, RunDirectory.Prepared mount) {
        Path inside = Path.of(mount.inside());
        return OVER_ROOT.stream().noneMatch(inside::startsWith)
                && mounts.stream()
                        .filter(other -> !other.equals(mount))
                        .map(other -> Path.of(other.inside()))
                        .noneMatch(inside::startsWith);
    }

    private void bubblewrap(List<String> line, Path stage, List<RunDirectory.Prepared> mounts) {
        add(line, tools.bwrap(), "--unshare-user", "--unshare-pid", "--unshare-ipc");
        add(line, "--unshare-uts", "--unshare-cgroup-try");
        if (disableUserNamespaces) {
            add(line, "--disable-userns");
        }
        add(line, "--uid", 1000, "--gid", 1000, "--hostname", "run", "--cap-drop", "ALL");
        add(line, "--new-session", "--die-with-parent");
        add(line, "--json-status-fd", 3, "--seccomp", 4);
        add(line, "--ro-bind", stage.resolve("root"), "/", "--proc", "/proc");
        add(line, "--dev-bind", stage.resolve("dev"), "/dev");
        tmpfs(line, "1777", SMALL, "/dev/shm");
        add(line, "--remount-ro", "/dev");
        tmpfs(line, "1777", config.tmpSize().asLongValue(), "/tmp");
        tmpfs(line, "0700", SMALL, "/home/run");
        for (int i = 0; i < mounts.size(); i++) {
            RunDirectory.Prepared mount = mounts.get(i);
            if (mount.writable() || !isApart(mounts, mount)) {
                String how = mount.writable() ? "--bind" : "--ro-bind";
                add(line, how, stage.resolve("m" + i), mount.inside());
            }
        }
    }

    private static void tmpfs(List<String> line, String mode, long size, String inside) {
        add(line, "--perms", mode, "--size", size, "--tmpfs", inside);
    }

    /**
     * A directory of the host over which the stage is mounted, in the run's mount namespace only.
     * It must hide nothing that the door opens afterwards.
     */
    private Path stage(List<RunDirectory.Prepared> mounts, Place place) throws IOException {
        List<Path> needed =
                new ArrayList<>(mounts.stream().map(RunDirectory.Prepared::host).toList());
        needed.add(root.seccomp());
        needed.add(place.directory().status());
        needed.add(place.socket());
        for (String candidate : List.of("/mnt", "/media", "/srv", "/opt")) {
            Path stage = Path.of(candidate);
            if (Files.isDirectory(stage) && needed.stream().noneMatch(p -> p.startsWith(stage))) {
                return stage;
            }
        }
        throw new IOException(
                "no directory for the stage: one of /mnt, /media, /srv, /opt must exist");
    }

    private static void add(List<String> line, Object... words) {
        for (Object word : words) {
            line.add(word.toString());
        }
    }
}
