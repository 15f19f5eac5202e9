package io.leasehold.provisioner.sandbox;

import io.leasehold.provisioner.door.Connector;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Makes the sandbox that the settings ask for. */
public final class Sandboxes {

    private Sandboxes() {}

    /**
     * The worker's sandbox.
     *
     * @throws UncheckedIOException when its directories cannot be made
     */
    @Produces
    @Singleton
    public static Sandbox of(SandboxConfig config, Connector connector) {
        try {
            return switch (config.tier()) {
                case BUBBLEWRAP -> new BubblewrapSandbox(config, connector);
                case LANDLOCK, NONE -> new InPlaceSandbox(config, connector);
            };
        } catch (IOException e) {
            throw new UncheckedIOException("the sandbox cannot be made", e);
        }
    }
}
