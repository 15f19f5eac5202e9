package io.leasehold.state.access;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.Startup;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Base64;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Gives a person whose token was verified the rights that our settings give, and no other: whatever
 * roles the token or its provider name count for nothing by themselves. An identity that came by
 * any other way has no right at all.
 */
@ApplicationScoped
@Startup
class OidcPeople implements SecurityIdentityAugmentor {
    private final OidcConfig config;
    private final ObjectMapper json;
    private final OidcGrants grants;

    OidcPeople(OidcConfig config, ObjectMapper json) {
        this.config = config;
        this.json = json;
        this.grants = OidcGrants.of(config);
    }

    /** Fails closed: what a token is held against must be known. */
    @PostConstruct
    void begin() {
        if (!config.enabled()) {
            return;
        }
        require(config.issuer().isPresent(), "leasehold.oidc.issuer is not set");
        require(config.audience().isPresent(), "leasehold.oidc.audience is not set");
        require(
                config.url().isPresent() != config.publicKey().isPresent(),
                "one of leasehold.oidc.url and leasehold.oidc.public-key must be set");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException("leasehold.oidc.enabled is true, but " + otherwise);
        }
    }

    @Override
    public Uni<SecurityIdentity> augment(
            SecurityIdentity identity, AuthenticationRequestContext context) {
        if (identity.isAnonymous() || Identities.isOurs(identity)) {
            return Uni.createFrom().item(identity);
        }
        return Uni.createFrom()
                .item(() ->
                        identity.getPrincipal() instanceof JsonWebToken token
                                ? person(token)
                                : Identities.of(identity.getPrincipal().getName(), Grants.NONE));
    }

    private SecurityIdentity person(JsonWebToken token) {
        String[] parts = token.getRawToken().split("\\.", -1);
        try {
            return Identities.of(
                    "oidc:" + token.getName(),
                    grants.of(json.readTree(Base64.getUrlDecoder().decode(parts[1]))));
        } catch (IOException e) {
            throw new IllegalStateException("the claims of a verified token cannot be read", e);
        }
    }
}
