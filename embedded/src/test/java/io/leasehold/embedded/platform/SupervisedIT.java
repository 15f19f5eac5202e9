package io.leasehold.embedded.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.embedded.ChildProcesses;
import io.leasehold.embedded.StartFailedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisedIT {
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    @TempDir Path folder;

    private final BlockingQueue<Process> started = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

    @Test
    void starts_a_process_again_when_it_ends_by_itself_and_says_so() throws Exception {
        try (Supervised supervised =
                Supervised.start("sleeper", this::startSleeper, said::add, LONGEST_PAUSE)) {
            Process first = next();

            first.destroyForcibly();

            Process second = next();
            assertThat(second.pid()).isNotEqualTo(first.pid());
            assertThat(said.poll(10, TimeUnit.SECONDS))
                    .isEqualTo("sleeper ended (exit 137); starting it again in 0.5 s");
            assertThat(said.poll(10, TimeUnit.SECONDS)).isEqualTo("sleeper is back");
            assertThat(supervised.pid()).isEqualTo(second.pid());
        }
    }

    @Test
    void leaves_a_killed_process_down_until_it_is_started_again() throws Exception {
        try (Supervised supervised =
                Supervised.start("sleeper", this::startSleeper, said::add, LONGEST_PAUSE)) {
            Process first = next();

            supervised.kill();

            assertThat(first.isAlive()).isFalse();
            assertThat(started.poll(1, TimeUnit.SECONDS)).isNull();
            supervised.restart();
            assertThat(next().isAlive()).isTrue();
            assertThat(said).isEmpty();
        }
    }

    @Test
    void goes_on_trying_whatever_keeps_the_process_from_starting() throws Exception {
        Queue<RuntimeException> troubles =
                new ConcurrentLinkedQueue<>(
                        List.of(
                                new StartFailedException("no luck"),
                                new IllegalStateException("not thought of")));
        Supervised.Starter starter =
                () -> {
                    if (started.isEmpty() && !said.isEmpty() && !troubles.isEmpty()) {
                        throw troubles.remove();
                    }
                    return startSleeper();
                };
        try (Supervised _ = Supervised.start("sleeper", starter, said::add, LONGEST_PAUSE)) {
            next().destroyForcibly();

            assertThat(next().isAlive()).isTrue();
            assertThat(said).contains("no luck", "java.lang.IllegalStateException: not thought of");
        }
    }

    @Test
    void stops_the_process_for_good_when_closed() throws Exception {
        Supervised supervised =
                Supervised.start("sleeper", this::startSleeper, said::add, LONGEST_PAUSE);
        Process only = next();

        supervised.close();

        assertThat(only.isAlive()).isFalse();
        assertThat(started.poll(1, TimeUnit.SECONDS)).isNull();
    }

    @Test
    void passes_on_that_the_first_start_failed() {
        assertThatThrownBy(() ->
                        Supervised.start(
                                "broken",
                                () -> {
                                    throw new StartFailedException("no luck");
                                },
                                said::add,
                                LONGEST_PAUSE))
                .isInstanceOf(StartFailedException.class)
                .hasMessage("no luck");
    }

    private Supervised.Running startSleeper() {
        Process process =
                ChildProcesses.start(
                        new ChildProcesses.Command(
                                List.of(),
                                List.of("sleep", "600"),
                                Map.of("PATH", "/usr/bin:/bin"),
                                folder,
                                folder.resolve("log"),
                                ChildProcesses.OnParentDeath.KILL));
        started.add(process);
        return new Supervised.Running(process, () -> ChildProcesses.stop(process, "TERM", 5000));
    }

    private Process next() throws InterruptedException {
        Process process = started.poll(10, TimeUnit.SECONDS);
        assertThat(process).isNotNull();
        return process;
    }
}
