package io.leasehold.provisioner.sandbox;

import io.leasehold.provisioner.workshop.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** A sandbox without some of its defences, which finds out about it by the real probe. */
public final class Weakened implements Sandbox {

    private final BubblewrapSandbox sandbox;

    /**
     * Keeps its files in a directory of its own.
     *
     * @param words of {@code attacker weaken}
     */
    public Weakened(Path directory, String words) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        this.sandbox =
                new BubblewrapSandbox(
                        Attempts.config(directory, door(directory, words)),
                        Attempts.connector(InetAddress::getAllByName));
    }

    /** The setting of a door that leaves those defences out. */
    static Map<String, String> door(Path directory, String words) throws IOException {
        Path door = directory.resolve("door");
        // It says of each start that there was one.
        Files.writeString(
                door,
                "#!/bin/sh\necho >>%s\nexec %s weaken %s %s -- \"$@\"\n"
                        .formatted(starts(directory), Tools.attacker(), Tools.door(), words));
        Files.setPosixFilePermissions(door, PosixFilePermissions.fromString("rwxr-xr-x"));
        return Map.of("leasehold.sandbox.door-binary", door.toString());
    }

    private static Path starts(Path directory) {
        return directory.resolve("starts");
    }

    /** How often a sandbox was made with the door that is there. */
    static int startsOf(Path directory) throws IOException {
        return Files.readAllLines(starts(directory)).size();
    }

    @Override
    public Tier tier() {
        return sandbox.tier();
    }

    @Override
    public Layout layout() {
        return sandbox.layout();
    }

    @Override
    public ProbeResult probe() throws InterruptedException {
        return sandbox.probe(Tools.door());
    }

    @Override
    public SandboxedRun start(RunSpec spec, Output output) throws InterruptedException {
        return sandbox.start(spec, output);
    }
}
