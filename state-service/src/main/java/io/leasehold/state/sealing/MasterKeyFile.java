package io.leasehold.state.sealing;

import com.google.crypto.tink.Aead;
import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The master keys that are good now. The file is read at start, where without a usable key nothing
 * starts, and again when what it holds changed; a change that cannot be read changes nothing, and
 * is an error in the log until it is mended. Safe for use by any thread.
 */
@ApplicationScoped
@Startup
class MasterKeyFile {
    private static final Logger LOGGER = Logger.getLogger(MasterKeyFile.class);

    private final SealingConfig config;
    private final Function<String, Aead> kms;
    private volatile @Nullable Read read;

    MasterKeyFile(SealingConfig config, AwsKms kms) {
        this.config = config;
        this.kms = kms::aead;
    }

    @PostConstruct
    void begin() {
        Path file =
                config.keysetFile()
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "leasehold.sealing.keyset-file is not set: states are"
                                                + " stored encrypted only. Make a key with: head -c"
                                                + " 32 /dev/urandom | base64 > FILE; chmod 600"
                                                + " FILE"));
        try {
            read = Read.of(file, kms);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "leasehold.sealing.keyset-file cannot be read: " + file, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "leasehold.sealing.keyset-file " + file + ": " + e.getMessage(), e);
        }
    }

    @Scheduled(
            every = "${leasehold.sealing.look-again:PT5S}",
            concurrentExecution = ConcurrentExecution.SKIP)
    void lookAgain() {
        Path file = config.keysetFile().orElseThrow();
        try {
            // It is a few lines: what it says is compared, which no clock or file system can fool.
            if (!Files.readString(file).equals(now().text())) {
                read = Read.of(file, kms);
                LOGGER.infof(
                        "master keys read again file=%s primary=%s keys=%d",
                        file, current().primary(), current().ids().size());
            }
        } catch (IOException e) {
            LOGGER.errorf(
                    "master key file cannot be read, the keys stay as they were file=%s", file);
        } catch (IllegalArgumentException e) {
            LOGGER.errorf(
                    "master key file is wrong, the keys stay as they were file=%s reason=%s",
                    file, e.getMessage());
        }
    }

    MasterKeys current() {
        return now().keys();
    }

    private Read now() {
        Read last = read;
        if (last == null) {
            throw new IllegalStateException("the master keys are read before anything is sealed");
        }
        return last;
    }

    private record Read(String text, MasterKeys keys) {
        static Read of(Path file, Function<String, Aead> kms) throws IOException {
            String text = Files.readString(file);
            return new Read(text, MasterKeyLines.parse(text, kms));
        }

        /** Leaves the keys out. */
        @Override
        public String toString() {
            return "Read[primary=" + keys.primary() + "]";
        }
    }
}
