package io.leasehold.state.access;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import java.util.Set;

/** Who makes the request at hand. Only to be asked while a request is served. */
@RequestScoped
public class Caller {
    private final SecurityIdentity identity;

    /** Reads the identity that the request was authenticated with. */
    public Caller(SecurityIdentity identity) {
        this.identity = identity;
    }

    /** The name in the tokens file, or {@code anonymous}. */
    public String name() {
        return identity.isAnonymous() ? "anonymous" : identity.getPrincipal().getName();
    }

    /** The roles it has. */
    public Set<String> roles() {
        return Set.copyOf(identity.getRoles());
    }

    /** Whether it has that role. */
    public boolean is(String role) {
        return identity.hasRole(role);
    }
}
