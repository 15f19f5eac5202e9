package io.leasehold.events.tenant;

/**
 * The blueprint a tenant is built from.
 *
 * @param name the blueprint's name
 * @param version exactly one version; no ranges, no branches
 */
public record BlueprintRef(String name, String version) {
    /** {@code name@version}. */
    @Override
    public String toString() {
        return name + "@" + version;
    }
}
