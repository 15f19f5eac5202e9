package io.leasehold.state.sealing;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Settings of a KMS that nothing is said of. */
record NoAws() implements AwsConfig {
    @Override
    public Optional<String> endpoint() {
        return Optional.empty();
    }

    @Override
    public Optional<String> region() {
        return Optional.empty();
    }

    @Override
    public Optional<Path> credentialsFile() {
        return Optional.empty();
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(1);
    }
}
