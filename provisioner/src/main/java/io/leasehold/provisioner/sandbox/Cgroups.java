package io.leasehold.provisioner.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One control group per slot and delegated directory, of either version. */
final class Cgroups {

    private final List<Path> parents;
    private final Map<String, String> limits;

    Cgroups(List<Path> parents, long memory, int processes) {
        this.parents = List.copyOf(parents);
        this.limits = new LinkedHashMap<>();
        limits.put("memory.max", Long.toString(memory));
        limits.put("memory.swap.max", "0");
        // All of a run or nothing: half a tofu is no use.
        limits.put("memory.oom.group", "1");
        limits.put("memory.limit_in_bytes", Long.toString(memory));
        limits.put("pids.max", Integer.toString(processes));
    }

    /** Makes a slot's groups if they are not there; gives the files that a process enters by. */
    List<Path> enter(int slot) throws IOException {
        List<Path> procs = new ArrayList<>();
        for (Path parent : parents) {
            Path control = parent.resolve("cgroup.subtree_control");
            if (Files.exists(control)) {
                Files.writeString(control, "+memory +pids");
            }
            Path group = parent.resolve("leasehold-" + ProcessHandle.current().pid() + "-" + slot);
            Files.createDirectories(group);
            for (Map.Entry<String, String> limit : limits.entrySet()) {
                Path file = group.resolve(limit.getKey());
                if (Files.exists(file)) {
                    Files.writeString(file, limit.getValue());
                }
            }
            procs.add(group.resolve("cgroup.procs"));
        }
        return procs;
    }
}
