package io.leasehold.provisioner.sandbox;

import java.util.LinkedHashMap;
import java.util.Map;

/** The limits of each process of a run, by the door program's names. */
final class ResourceLimits {

    private ResourceLimits() {}

    /** Those of every tier. */
    static Map<String, Long> of(SandboxConfig config) {
        Map<String, Long> limits = new LinkedHashMap<>();
        limits.put("core", 0L);
        limits.put("msgqueue", 0L);
        limits.put("memlock", 65536L);
        limits.put("nofile", (long) config.openFiles());
        limits.put("fsize", config.fileSize().asLongValue());
        if (config.cgroups().isEmpty()) {
            // By process and by address: coarse, and all there is without a control group.
            limits.put("as", config.addressSpace().asLongValue());
        }
        return limits;
    }

    /** Where each slot has a user of its own: they are counted by user. */
    static Map<String, Long> withProcesses(SandboxConfig config) {
        Map<String, Long> limits = of(config);
        limits.put("nproc", (long) config.processes());
        return limits;
    }
}
