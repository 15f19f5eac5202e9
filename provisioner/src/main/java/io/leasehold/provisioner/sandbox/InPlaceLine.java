package io.leasehold.provisioner.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The command line of a program that has no namespaces.
 *
 * <pre>
 * leasehold-door supervise (stays outside; every process that comes of the run is below it)
 *   leasehold-door confine (gives up what is not named, then becomes the program)
 * </pre>
 */
final class InPlaceLine {

    /** How deep below the process the worker starts the program is. */
    static final int DEPTH = 1;

    /** What programs of any kind look at to find names and trust certificates, and devices. */
    private static final List<Path> OF_THE_HOST =
            Stream.of("/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf")
                    .map(Path::of)
                    .toList();

    private static final List<Path> DEVICES =
            Stream.of("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
                    .map(Path::of)
                    .toList();

    private static final List<Path> WITH_A_SHELL =
            Stream.of("/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache").map(Path::of).toList();

    private final SandboxConfig config;
    private final SandboxRoot root;
    private final List<Path> cgroups;

    InPlaceLine(SandboxConfig config, SandboxRoot root, List<Path> cgroups) {
        this.config = config;
        this.root = root;
        this.cgroups = cgroups;
    }

    /**
     * @param ports TCP ports that it may connect to
     */
    List<String> of(RunSpec spec, InPlaceFiles files, Layout layout, List<Integer> ports) {
        List<String> line = new ArrayList<>();
        add(line, config.doorBinary(), "supervise", "--parent", ProcessHandle.current().pid());
        add(line, "--status", files.status());
        for (Path procs : cgroups) {
            add(line, "--cgroup", procs);
        }
        ResourceLimits.of(config)
                .forEach((name, value) -> add(line, "--rlimit", name + "=" + value));
        add(line, "--", "--directory", layout.of(spec.program().directory()));
        if (config.tier() == Tier.NONE) {
            add(line, "--bare");
        } else {
            confinement(line, files, ports);
        }
        add(line, "--");
        line.addAll(spec.program().argv());
        return line;
    }

    private void confinement(List<String> line, InPlaceFiles files, List<Integer> ports) {
        add(line, "--seccomp", root.seccomp());
        there(files.readable()).forEach(path -> add(line, "--read", path));
        there(OF_THE_HOST).forEach(path -> add(line, "--read", path));
        add(line, "--read", root.etc());
        if (config.hostUsr()) {
            there(WITH_A_SHELL).forEach(path -> add(line, "--read", path));
        }
        files.changeable().forEach(path -> add(line, "--write", path));
        files.results().forEach(path -> add(line, "--file", path));
        there(DEVICES).forEach(path -> add(line, "--file", path));
        ports.forEach(port -> add(line, "--connect", port));
    }

    private static List<Path> there(List<Path> paths) {
        return paths.stream().filter(Files::exists).toList();
    }

    private static void add(List<String> line, Object... words) {
        for (Object word : words) {
            line.add(word.toString());
        }
    }
}
