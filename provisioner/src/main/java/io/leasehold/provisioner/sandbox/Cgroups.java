package io.leasehold.provisioner.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** One control group per slot and delegated directory, of either version. */
final class Cgroups {

    private static final Logger LOGGER = Logger.getLogger(Cgroups.class);

    /** In which the kernel counts what a group may have of the processors, in microseconds. */
    private static final long PERIOD = 100_000;

    private static final String QUOTA = "cpu.cfs_quota_us";
    private static final String CPU = "cpu.max";

    private final List<Path> parents;
    private final Map<String, String> limits;
    private final long share;
    private final Writing writing;
    private final Set<Path> made = ConcurrentHashMap.newKeySet();

    /** What was written where it is less than was asked for. */
    private final Map<Path, String> less = new ConcurrentHashMap<>();

    /** Why processors have no limit, in the kernel's words. */
    private volatile String refused = "nothing here limits them";

    /** How something is told to the kernel. */
    @FunctionalInterface
    interface Writing {
        void write(Path file, String value) throws IOException;
    }

    Cgroups(List<Path> parents, long memory, int processes, double cpus) {
        this(parents, memory, processes, cpus, Files::writeString);
    }

    Cgroups(List<Path> parents, long memory, int processes, double cpus, Writing writing) {
        this.parents = List.copyOf(parents);
        this.writing = writing;
        this.limits = new LinkedHashMap<>();
        limits.put("memory.max", Long.toString(memory));
        limits.put("memory.swap.max", "0");
        // All of a run or nothing: half a tofu is no use.
        limits.put("memory.oom.group", "1");
        limits.put("memory.limit_in_bytes", Long.toString(memory));
        limits.put("pids.max", Integer.toString(processes));
        share = Math.round(cpus * PERIOD);
    }

    static Cgroups of(SandboxConfig config) {
        return new Cgroups(
                config.cgroups().orElse(List.of()),
                config.memory().asLongValue(),
                config.processes(),
                config.cpus());
    }

    /** Makes a slot's groups if they are not there; gives the files that a process enters by. */
    List<Path> enter(int slot) throws IOException {
        List<Path> procs = new ArrayList<>();
        for (Path parent : parents) {
            Path control = parent.resolve("cgroup.subtree_control");
            if (Files.exists(control)) {
                set(control, "+memory +pids");
                // By itself: of several at once the kernel takes all or none.
                try {
                    set(control, "+cpu");
                } catch (IOException e) {
                    refused = String.valueOf(e.getMessage());
                }
            }
            Path group = group(parent, slot);
            Files.createDirectories(group);
            for (Map.Entry<String, String> limit : limits.entrySet()) {
                Path file = group.resolve(limit.getKey());
                if (Files.exists(file)) {
                    set(file, limit.getValue());
                }
            }
            limitProcessors(group);
            made.add(group);
            procs.add(group.resolve("cgroup.procs"));
        }
        return procs;
    }

    /** Memory and processes are limited without it, and a neighbour's hunger only slows. */
    private void limitProcessors(Path group) {
        Path quota = group.resolve(QUOTA);
        try {
            if (Files.exists(group.resolve(CPU))) {
                set(group.resolve(CPU), share + " " + PERIOD);
            }
            if (Files.exists(quota)) {
                String ours = Long.toString(Math.min(share, quotaAbove(group)));
                less.put(quota, ours);
                // Before the quota, which is judged by it.
                set(group.resolve("cpu.cfs_period_us"), Long.toString(PERIOD));
                set(quota, ours);
            }
        } catch (IOException e) {
            refused = String.valueOf(e.getMessage());
        }
    }

    /**
     * What the nearest group above that has a limit may have in our period. Version 1 refuses more
     * than that; version 2 takes it, and the smaller one holds.
     */
    private static long quotaAbove(Path group) throws IOException {
        for (Path above = group.getParent();
                above != null && Files.exists(above.resolve(QUOTA));
                above = above.getParent()) {
            long quota = number(above.resolve(QUOTA));
            if (quota > 0) {
                return quota * PERIOD / number(above.resolve("cpu.cfs_period_us"));
            }
        }
        return Long.MAX_VALUE;
    }

    private static long number(Path file) throws IOException {
        String words = Files.readString(file).strip();
        try {
            return Long.parseLong(words);
        } catch (NumberFormatException e) {
            throw new IOException("cgroup: %s says %s".formatted(file, words), e);
        }
    }

    /** What the kernel says has no name in it, so nobody would know what it is about. */
    private void set(Path file, String value) throws IOException {
        try {
            writing.write(file, value);
        } catch (IOException e) {
            throw new IOException(
                    "cgroup: %s does not take %s: %s".formatted(file, value, e.getMessage()), e);
        }
    }

    /** Told later: what whoever is in a slot's groups from now on has used up. */
    Supplier<Set<Shortage>> watch(int slot) {
        Counts before = counts(slot);
        return () -> counts(slot).since(before);
    }

    /**
     * What the kernel counts for a group, over all that were ever in it.
     *
     * @param full how often there was no more memory by the group's own limit. A machine that has
     *     no more kills too
     * @param killed how many processes were killed for want of memory
     * @param refused how many processes and threads were refused
     * @param hadAll whether it ever had as many as it may have
     */
    private record Counts(long full, long killed, long refused, boolean hadAll) {

        private Set<Shortage> since(Counts before) {
            Set<Shortage> all = EnumSet.noneOf(Shortage.class);
            if (full > before.full && killed > before.killed) {
                all.add(Shortage.MEMORY);
            }
            if (refused > before.refused && hadAll) {
                all.add(Shortage.PROCESSES);
            }
            return all;
        }
    }

    /** By the names of version 2, and of version 1. */
    private Counts counts(int slot) {
        return new Counts(
                count(slot, "memory.events", "oom ") + count(slot, "memory.failcnt", ""),
                count(slot, "memory.events", "oom_kill ")
                        + count(slot, "memory.oom_control", "oom_kill "),
                count(slot, "pids.events", "max "),
                hadAllProcesses(slot));
    }

    /**
     * Version 1, and version 2 before Linux 6.11, count a refusal at the group that forks,
     * whichever limit above it refused. Its own never did while it never had as many as it may;
     * where the most that it had is not told, the count is believed.
     */
    private boolean hadAllProcesses(int slot) {
        String peak = "pids.peak";
        return parents.stream().noneMatch(parent -> Files.exists(group(parent, slot).resolve(peak)))
                || count(slot, peak, "") >= Long.parseLong(limit("pids.max"));
    }

    private long count(int slot, String name, String key) {
        long all = 0;
        for (Path parent : parents) {
            Path file = group(parent, slot).resolve(name);
            try {
                if (Files.exists(file)) {
                    all +=
                            Files.readAllLines(file).stream()
                                    .filter(line -> line.startsWith(key))
                                    .mapToLong(line -> Long.parseLong(line.substring(key.length())))
                                    .sum();
                }
            } catch (IOException | NumberFormatException e) {
                LOGGER.warnf("a control group does not say file=%s reason=%s", file, e.toString());
            }
        }
        return all;
    }

    private static Path group(Path parent, int slot) {
        return parent.resolve("leasehold-" + ProcessHandle.current().pid() + "-" + slot);
    }

    /** Which limit is not in place in a group that a program has been in, in words. */
    Optional<String> missing() throws IOException {
        if (parents.isEmpty()) {
            return Optional.empty();
        }
        if (!inPlace("memory.max", limit("memory.max"))
                && !inPlace("memory.limit_in_bytes", limit("memory.limit_in_bytes"))) {
            return Optional.of("no control group limits memory.max");
        }
        if (!inPlace("pids.max", limit("pids.max"))) {
            return Optional.of("no control group limits pids.max");
        }
        return used()
                ? Optional.empty()
                : Optional.of("programs do not run in the control groups that were made for them");
    }

    /** What a machine with control groups may do without. */
    Optional<ProbeResult.Lack> lack() throws IOException {
        return parents.isEmpty() || processorsLimited()
                ? Optional.empty()
                : Optional.of(
                        new ProbeResult.Lack(
                                "the processors of a run have no limit (%s): it can slow down the"
                                                .formatted(refused)
                                        + " others; memory and processes are limited",
                                "delegate the controller cpu beside memory and pids: one more"
                                        + " directory in leasehold.sandbox.cgroups for version 1, +cpu"
                                        + " in cgroup.subtree_control above it for version 2"));
    }

    private boolean processorsLimited() throws IOException {
        return inPlace(CPU, share + " " + PERIOD) || inPlace(QUOTA, Long.toString(share));
    }

    private String limit(String name) {
        return limits.getOrDefault(name, "");
    }

    /**
     * @param value unless less was written
     */
    private boolean inPlace(String name, String value) throws IOException {
        for (Path group : made) {
            Path file = group.resolve(name);
            if (Files.exists(file)
                    && Files.readString(file).strip().equals(less.getOrDefault(file, value))) {
                return true;
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
