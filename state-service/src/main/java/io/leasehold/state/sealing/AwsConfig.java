package io.leasehold.state.sealing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of AWS KMS, for master keys that are in it. Each key's own name says its region. Without
 * a credentials file those of the standard environment are used: variables, a profile, or the
 * machine's role.
 */
@ConfigMapping(prefix = "leasehold.sealing.aws")
interface AwsConfig {
    /** Address of the KMS, where it is not that of the key's region. */
    Optional<String> endpoint();

    /** The region to sign for, where it is not the key's. */
    Optional<String> region();

    /** Credentials file in AWS's own form; its profile {@code default} is used. */
    Optional<Path> credentialsFile();

    /** How long a call may take, retries included. */
    @WithDefault("PT5S")
    Duration timeout();
}
