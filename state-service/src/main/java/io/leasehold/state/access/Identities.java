package io.leasehold.state.access;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import java.util.List;
import java.util.Optional;

/** What we keep of a caller in the identity of its request. */
final class Identities {
    private static final String GRANTS = "leasehold.grants";
    private static final String RUN = "leasehold.run";

    private Identities() {}

    static SecurityIdentity of(String name, Grants grants) {
        return builder(name, grants).build();
    }

    static SecurityIdentity of(RunRight run) {
        Grants grants = new Grants(List.of(new Grant(Role.RUN, Scope.of(run.stack()))));
        return builder(run.worker(), grants).addAttribute(RUN, run).build();
    }

    private static QuarkusSecurityIdentity.Builder builder(String name, Grants grants) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(name))
                .addRoles(grants.roles())
                .addAttribute(GRANTS, grants);
    }

    /** Whether it was made here. */
    static boolean isOurs(SecurityIdentity identity) {
        return identity.getAttribute(GRANTS) instanceof Grants;
    }

    /** Its rights: none where nobody gave any. */
    static Grants grants(SecurityIdentity identity) {
        return identity.getAttribute(GRANTS) instanceof Grants grants ? grants : Grants.NONE;
    }

    /** The run whose credential it is. */
    static Optional<RunRight> run(SecurityIdentity identity) {
        return identity.getAttribute(RUN) instanceof RunRight run
                ? Optional.of(run)
                : Optional.empty();
    }
}
