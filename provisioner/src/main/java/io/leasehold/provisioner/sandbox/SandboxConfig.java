package io.leasehold.provisioner.sandbox;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Settings of the sandbox. */
@ConfigMapping(prefix = "leasehold.sandbox")
public interface SandboxConfig {

    /**
     * How runs are kept apart: {@code bubblewrap}; {@code landlock} where no namespaces can be had,
     * with one run at a time; or {@code none}, not at all. What is set is made or nothing is run.
     */
    @WithDefault("bubblewrap")
    Tier tier();

    /** Must be true for the tier {@code none}: a run then has all that the worker has. */
    @WithDefault("false")
    boolean noneIsUnderstood();

    /** The one tenant whose runs a worker of the tier {@code none} carries out. */
    Optional<String> noneTenant();

    /** How many programs may run at a time. Each has a slot, and as root a user of its own. */
    @WithDefault("8")
    @Min(1)
    @Max(240)
    int slots();

    /** The user and group of slot 0 when the worker is root; slot n has this number plus n. */
    @WithDefault("64000")
    @Min(1000)
    int firstUser();

    /** The {@code leasehold-door} program. */
    Path doorBinary();

    /** Where runs have their files while they last. Made when it is not there. */
    @WithDefault("${java.io.tmpdir}/leasehold-sandbox")
    Path directory();

    /** Certificates that programs trust, one PEM file. Nothing is trusted when it is not there. */
    @WithDefault("/etc/ssl/certs/ca-certificates.crt")
    Path caBundle();

    /**
     * Gives programs the host's {@code /usr} read-only, and with it a shell. Without it a module
     * cannot run commands: there are none.
     */
    @WithDefault("false")
    boolean hostUsr();

    /** The port of a run's loopback at which it finds its state proxy. */
    @WithDefault("7448")
    int servicePort();

    /** Room in a run's {@code /tmp}, in memory. */
    @WithDefault("128M")
    MemorySize tmpSize();

    /** The largest file a run may write. */
    @WithDefault("256M")
    MemorySize fileSize();

    /** Open files of one process. */
    @WithDefault("4096")
    int openFiles();

    /** Processes and threads of one run, when the worker is root. */
    @WithDefault("512")
    int processes();

    /**
     * Directories of control groups that were delegated to the worker: one for version 2, or those
     * of the memory, pids and cpu controllers for version 1. Without them memory is limited by
     * {@code address-space} only, and processors are not.
     */
    Optional<List<Path>> cgroups();

    /** Addresses of one process, where {@code cgroups} is not set: a coarse limit of its memory. */
    @WithDefault("4G")
    MemorySize addressSpace();

    /** Memory of one run, where {@code cgroups} is set. */
    @WithDefault("1G")
    MemorySize memory();

    /**
     * Processors of one run, where {@code cgroups} is set; parts of one too. With {@code
     * leasehold.tofu.processors} at 1, tofu and one provider fit into 2 without waiting for each
     * other; what a module starts besides shares them.
     */
    @WithDefault("2")
    @DecimalMin("0.01")
    double cpus();
}
