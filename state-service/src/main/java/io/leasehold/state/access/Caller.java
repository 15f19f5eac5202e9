package io.leasehold.state.access;

import io.leasehold.state.request.CurrentRequest;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;
import java.util.Set;

/** Who makes the request at hand. Only to be asked while a request is served. */
@RequestScoped
public class Caller {
    private final SecurityIdentity identity;
    private final CurrentRequest request;

    /** Reads the identity that the request was authenticated with. */
    public Caller(SecurityIdentity identity, CurrentRequest request) {
        this.identity = identity;
        this.request = request;
    }

    /**
     * The name in the tokens file, {@code oidc:} and a person's name, the worker of a run, or
     * {@code anonymous}.
     */
    public String name() {
        return identity.isAnonymous() ? "anonymous" : identity.getPrincipal().getName();
    }

    /** The roles it has, whatever they are limited to. */
    public Set<String> roles() {
        return Set.copyOf(identity.getRoles());
    }

    /** Whether it has that role, whatever it is limited to; {@link #actsAs} tells what counts. */
    public boolean is(String role) {
        return identity.hasRole(role);
    }

    /** Whether this request is served by that role. */
    public boolean actsAs(String role) {
        return role.equals(request.role());
    }

    /** Whether this request is served by a role of people, not by one of a service or a run. */
    public boolean isPerson() {
        String role = request.role();
        return role != null && Role.OF_PEOPLE.contains(role);
    }

    /** The run whose credential this is. */
    public Optional<RunRight> run() {
        return Identities.run(identity);
    }
}
