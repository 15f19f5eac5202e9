package io.leasehold.state.sealing;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** Settings of encryption at rest. */
@ConfigMapping(prefix = "leasehold.sealing")
interface SealingConfig {
    /**
     * File with the master key: 32 random bytes in Base64. Without it the service does not start.
     */
    Optional<Path> keysetFile();
}
