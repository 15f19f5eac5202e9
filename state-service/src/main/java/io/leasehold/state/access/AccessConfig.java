package io.leasehold.state.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Settings of access. */
@ConfigMapping(prefix = "leasehold.access")
interface AccessConfig {
    /**
     * File with one line per right: {@code <role> <name> <SHA-256 of the token in hex> [limit]},
     * where a limit is {@code tenant=acme*} or {@code state=acme/1/*}. Without it the service does
     * not start.
     */
    Optional<Path> tokensFile();

    /** How often the file is looked at for changes. */
    @WithDefault("PT2S")
    Duration lookAgain();
}
