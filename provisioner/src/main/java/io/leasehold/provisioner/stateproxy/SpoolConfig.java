package io.leasehold.provisioner.stateproxy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** Settings of the spool, where states wait that the state service has not taken yet. */
@ConfigMapping(prefix = "leasehold.spool")
public interface SpoolConfig {

    /** This worker's own, on a disk that survives it. Made when it is not there. */
    @WithDefault("${java.io.tmpdir}/leasehold-spool")
    Path directory();

    /**
     * A file with the 32 bytes that encrypt it. Without one, a key is made in the spool's
     * directory: enough against runs, which cannot see it, not against whoever takes the disk.
     */
    Optional<Path> keyFile();
}
