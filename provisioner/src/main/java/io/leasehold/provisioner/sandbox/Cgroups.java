package io.leasehold.provisioner.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One control group per slot and delegated directory, of either version. */
final class Cgroups {

    private final List<Path> parents;
    private final Map<String, String> limits;
    private final Set<Path> made = ConcurrentHashMap.newKeySet();

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

    static Cgroups of(SandboxConfig config) {
        return new Cgroups(
                config.cgroups().orElse(List.of()),
                config.memory().asLongValue(),
                config.processes());
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
            made.add(group);
            procs.add(group.resolve("cgroup.procs"));
        }
        return procs;
    }

    /** Which limit is not in place in a group that a program has been in, in words. */
    Optional<String> missing() throws IOException {
        if (parents.isEmpty()) {
            return Optional.empty();
        }
        for (List<String> either :
                List.of(List.of("memory.max", "memory.limit_in_bytes"), List.of("pids.max"))) {
            if (!inPlace(either)) {
                return Optional.of("no control group limits " + either.getFirst());
            }
        }
        return used()
                ? Optional.empty()
                : Optional.of("programs do not run in the control groups that were made for them");
    }

    private boolean inPlace(List<String> either) throws IOException {
        for (Path group : made) {
            for (String name : either) {
                Path file = group.resolve(name);
                if (Files.exists(file) && Files.readString(file).strip().equals(limits.get(name))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Both versions remember the most memory that a group ever had. */
    private boolean used() throws IOException {
        boolean told = false;
        for (Path group : made) {
            for (String name : List.of("memory.peak", "memory.max_usage_in_bytes")) {
                Path file = group.resolve(name);
                if (Files.exists(file)) {
                    told = true;
                    if (Long.parseLong(Files.readString(file).strip()) > 0) {
                        return true;
                    }
                }
            }
        }
        return !told;
    }
}
