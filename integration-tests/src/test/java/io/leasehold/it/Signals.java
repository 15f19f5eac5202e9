package io.leasehold.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** Signals that Java itself cannot send. */
public final class Signals {
    private Signals() {}

    /** Sends one, such as STOP, to these processes in turn, which must be there. */
    public static void send(String name, List<Long> pids) throws Exception {
        assertThat(kill(name, pids)).as("kill -%s %s", name, pids).isZero();
    }

    /** Sends one to those of these processes that are still there. */
    public static void sendToWhoIsThere(String name, List<Long> pids) throws Exception {
        if (!pids.isEmpty()) {
            var _ = kill(name, pids);
        }
    }

    private static int kill(String name, List<Long> pids) throws Exception {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        pids.forEach(pid -> command.add(Long.toString(pid)));
        return new ProcessBuilder(command).start().waitFor();
    }
}
