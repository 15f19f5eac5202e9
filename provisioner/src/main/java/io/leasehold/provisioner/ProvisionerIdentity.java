package io.leasehold.provisioner;

import io.smallrye.config.ConfigMapping;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.UUID;

/**
 * Who this process is: a name that outlives restarts and a boot id that does not. A newer boot of
 * the same name takes over at once, so two provisioners must never share a name.
 */
@ApplicationScoped
public class ProvisionerIdentity {

    private final String name;
    private final String bootId = UUID.randomUUID().toString();

    /** Takes the configured name, else the host's. */
    @Inject
    public ProvisionerIdentity(Settings settings) {
        this.name = settings.name().orElseGet(ProvisionerIdentity::hostName);
    }

    /** Stable across restarts. */
    public String name() {
        return name;
    }

    /** Random, new at each start. */
    public String bootId() {
        return bootId;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(
                    "This host has no name; set leasehold.provisioner.name", e);
        }
    }

    /** What a provisioner is called. */
    @ConfigMapping(prefix = "leasehold.provisioner")
    public interface Settings {

        /** Name of this provisioner, unique among those at work; the host name when not set. */
        Optional<String> name();
    }
}
