package io.leasehold.provisioner.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A worker in a JVM of its own, to be killed: runs a program that would go on for an hour. */
final class ChildWorker {

    private ChildWorker() {}

    /** Arguments: its directory, a word by which its processes can be found, and its tier. */
    public static void main(String[] args) throws Exception {
        Sandbox sandbox = Attempts.sandbox(Path.of(args[0]), Tier.valueOf(args[2]));
        SandboxedRun run =
                sandbox.start(
                        Attempts.spec(
                                sandbox,
                                List.of("env=READY", "env=" + args[1], "sleep=1h"),
                                Map.of("READY", "yes"),
                                List.of()),
                        new Sandbox.Output(System.out::writeBytes, System.err::writeBytes));
        run.await();
    }
}
