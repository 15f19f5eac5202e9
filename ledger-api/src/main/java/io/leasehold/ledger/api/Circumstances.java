package io.leasehold.ledger.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run shares with runs of other tenants, by which it is known what they fail at together.
 *
 * @param credentials names of the bindings that the run was given, in order; a binding without a
 *     name is not told
 * @param provider whose words the failure was told in, such as {@code postgresql}; null when that
 *     is not known, and of a run that did not fail
 * @param fingerprint of the failure: the same for all tenants that fail alike; null of a run that
 *     did not fail
 */
public record Circumstances(
        List<String> credentials, @Nullable String provider, @Nullable String fingerprint) {

    /** Takes a copy of the names. */
    public Circumstances {
        credentials = List.copyOf(credentials);
    }
}
