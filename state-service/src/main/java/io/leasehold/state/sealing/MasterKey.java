package io.leasehold.state.sealing;

import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Reads the master key once, at start. Without a usable key nothing starts. */
@Singleton
class MasterKey {
    private final SealingConfig config;

    MasterKey(SealingConfig config) {
        this.config = config;
    }

    @Produces
    @Singleton
    @Startup
    Sealer sealer() {
        Path file =
                config.keysetFile()
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "leasehold.sealing.keyset-file is not set: states are"
                                                + " stored encrypted only. Make a key with: head -c"
                                                + " 32 /dev/urandom | base64 > FILE; chmod 600"
                                                + " FILE"));
        try {
            return new Sealer(Base64.getDecoder().decode(Files.readString(file).strip()));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "leasehold.sealing.keyset-file cannot be read: " + file, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "leasehold.sealing.keyset-file must hold 32 bytes in Base64: " + file, e);
        }
    }
}
