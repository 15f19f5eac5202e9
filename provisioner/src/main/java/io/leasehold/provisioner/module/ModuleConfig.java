package io.leasehold.provisioner.module;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** Settings of modules and their templates. */
@ConfigMapping(prefix = "leasehold.module")
public interface ModuleConfig {

    /**
     * Where templates are kept. May be shared by workers of the same machine. Made when it is not
     * there; may be emptied while no worker runs.
     */
    @WithDefault("${java.io.tmpdir}/leasehold-templates")
    Path templates();

    /** The largest archive, unpacked. */
    @WithDefault("32M")
    MemorySize unpackedSize();

    /** The most files and directories in an archive. */
    @WithDefault("2000")
    int entries();
}
