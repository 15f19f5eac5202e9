package io.leasehold.bench;

import io.leasehold.embedded.platform.Installation;
import io.leasehold.embedded.platform.PlatformSystem;
import io.leasehold.embedded.platform.Service;
import io.leasehold.embedded.platform.SystemOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The system as {@code ./leasehold up} starts it: events and outputs by Kafka, runs in the sandbox,
 * states in the state service. The brokers run in this program.
 */
final class Ours implements Contender {
    /** A benchmark has no time to wait for drift, and drift must not take time from it. */
    private static final Duration NO_DRIFT = Duration.ofDays(1);

    private static final List<String> JVM = List.of("-Xmx320m");

    private final Orphans orphans = Orphans.adopt();
    private final PlatformSystem system;
    private final Feed feed;
    private final MemoryWatch watch = new MemoryWatch();

    /**
     * Starts everything.
     *
     * @param folder for its data
     * @param parallel how many runs at a time
     */
    Ours(Path folder, int parallel) {
        system =
                PlatformSystem.start(
                        new SystemOptions(
                                folder, Installation.find(), NO_DRIFT, parallel, JVM, _ -> {}));
        feed = new Feed(system.kafkaBootstrapServers());
    }

    @Override
    public Approach approach() {
        return Approach.OURS;
    }

    /** The blueprints are registered; the template of a module is made by its first run. */
    @Override
    public void prepare(BenchModule module) {}

    @Override
    public List<Duration> run(BenchModule module, Phase phase, List<String> tenants) {
        return feed.run(module, phase, tenants);
    }

    /** Since bubblewrap's orphans come to us, tofu is what descends from us and is nothing else. */
    @Override
    public Cpu cpu() {
        orphans.bury();
        Processes now = Processes.look();
        long self = ProcessHandle.current().pid();
        long provisioner = now.own(system.pid(Service.PROVISIONER));
        long stateService = now.tree(system.pid(Service.STATE_SERVICE));
        long ledger = now.tree(system.pid(Service.PLATFORM_POSTGRES));
        long tenants = now.tree(system.pid(Service.TENANTS_POSTGRES));
        return new Cpu(
                now.descendants(self) - provisioner - stateService - ledger - tenants,
                Map.of(
                        "provisioner", provisioner,
                        "state-service", stateService,
                        "ledger's postgres", ledger,
                        "brokers and driver", now.own(self)),
                tenants);
    }

    @Override
    public Map<String, Long> memory() {
        Map<String, Long> memory = new LinkedHashMap<>(watch.largest());
        memory.put("state-service", Memory.peak(system.pid(Service.STATE_SERVICE)));
        memory.put("provisioner", Memory.peak(system.pid(Service.PROVISIONER)));
        memory.put("ledger's postgres", proportional(system.pid(Service.PLATFORM_POSTGRES)));
        memory.put("brokers and driver", Memory.peak(ProcessHandle.current().pid()));
        return memory;
    }

    private static long proportional(long pid) {
        return Memory.proportional(pid)
                + Processes.look().living(pid).stream().mapToLong(Memory::proportional).sum();
    }

    @Override
    public void close() {
        watch.close();
        feed.close();
        system.close();
    }
}
