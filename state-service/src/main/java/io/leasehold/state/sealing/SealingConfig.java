package io.leasehold.state.sealing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Settings of encryption at rest. */
@ConfigMapping(prefix = "leasehold.sealing")
interface SealingConfig {
    /**
     * File with the master keys, on each line 32 random bytes in Base64, a Tink keyset as JSON, or
     * the URI of a key in AWS KMS. The first wraps, all unwrap. Read again when it changes. Without
     * it the service does not start.
     */
    Optional<Path> keysetFile();

    /** How often the file is looked at for changes. */
    @WithDefault("PT5S")
    Duration lookAgain();

    /** So long an unwrapped data key may be used before its row is looked at again. */
    @WithDefault("PT5M")
    Duration keyTime();

    /**
     * Seal everything with a master key of 32 bytes itself, as the version before data keys did, so
     * that replicas of both versions may run side by side during an upgrade.
     */
    @WithDefault("false")
    boolean asBefore();

    /** So many unwrapped data keys are kept in memory. */
    @WithDefault("20000")
    @Min(1)
    int keysInMemory();
}
