package io.leasehold.provisioner.module;

import java.nio.file.Path;

/**
 * A module, initialised and read-only, ready for any tenant's run.
 *
 * @param directory holds the module at its root; never written to again
 * @param moduleDigest SHA-256 of the archive, lower-case hex
 * @param lockDigest SHA-256 of what providers and versions were chosen, lower-case hex
 * @param tofuVersion the tofu that initialised it
 */
public record Template(
        Path directory, String moduleDigest, String lockDigest, String tofuVersion) {}
