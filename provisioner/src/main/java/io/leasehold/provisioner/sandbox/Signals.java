package io.leasehold.provisioner.sandbox;

import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.process.StopLadder;
import io.leasehold.provisioner.process.Subprocess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Reaches the program inside a sandbox. Bubblewrap hands on no signals and dies of them, so the
 * door program walks down to the one that is meant and holds it before it is sure.
 */
record Signals(Path doorBinary, int depth) implements StopLadder.Signaller {

    @Override
    public boolean send(Process process, StopLadder.Signal signal) throws InterruptedException {
        String started;
        try {
            started = startTime(process.pid());
        } catch (IOException e) {
            return false;
        }
        if (!process.isAlive()) {
            // What was just read may be somebody else's.
            return false;
        }
        List<String> argv =
                List.of(
                        doorBinary.toString(),
                        "signal",
                        "--root",
                        Long.toString(process.pid()),
                        "--started",
                        started,
                        "--depth",
                        Integer.toString(depth),
                        signal.name());
        Subprocess.Result sent =
                Subprocess.run(
                        new Subprocess.Spec(
                                "signal",
                                argv,
                                Map.of(),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(10)));
        return sent.outcome() instanceof ProcessOutcome.Exited(int code) && code == 0;
    }

    private static String startTime(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
    }
}
