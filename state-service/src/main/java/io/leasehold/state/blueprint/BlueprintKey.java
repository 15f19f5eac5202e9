package io.leasehold.state.blueprint;

/** Names a registered blueprint; what it names never changes. */
public record BlueprintKey(String name, String version) {

    /** {@code name@version}. */
    @Override
    public String toString() {
        return name + "@" + version;
    }
}
