package io.leasehold.provisioner.module;

import java.io.IOException;

/** Where module archives come from. Calls block; from any thread. */
@FunctionalInterface
public interface ModuleSource {

    /**
     * Gives the gzipped tar with that digest. The caller checks the bytes against the digest.
     *
     * @param digest SHA-256, lower-case hex
     * @throws IOException when the source is away; trying again later may help
     */
    byte[] archive(String digest) throws IOException;
}
