package io.leasehold.state.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.credential.TokenCredential;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.identity.request.TokenAuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;

/**
 * Takes the token out of a request: {@code Bearer <token>}, or Basic with any user and the token as
 * password, which is how tofu sends one.
 */
@ApplicationScoped
class TokenMechanism implements HttpAuthenticationMechanism {
    private static final String BEARER = "bearer ";
    private static final String BASIC = "basic ";

    @Override
    public Uni<SecurityIdentity> authenticate(
            RoutingContext context, IdentityProviderManager identities) {
        String header = context.request().getHeader("Authorization");
        if (header == null) {
            return Uni.createFrom().nullItem();
        }
        String token = token(header);
        if (token.isEmpty()) {
            return Uni.createFrom().failure(new AuthenticationFailedException());
        }
        return identities.authenticate(
                new TokenAuthenticationRequest(new TokenCredential(token, "token")));
    }

    private static String token(String header) {
        String lower = header.toLowerCase(Locale.ROOT);
        if (lower.startsWith(BEARER)) {
            return header.substring(BEARER.length()).strip();
        }
        if (lower.startsWith(BASIC)) {
            return password(header.substring(BASIC.length()).strip());
        }
        return "";
    }

    private static String password(String encoded) {
        try {
            String pair = new String(Base64.getDecoder().decode(encoded), UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0 ? "" : pair.substring(colon + 1);
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom()
                .item(new ChallengeData(401, "WWW-Authenticate", "Basic realm=\"leasehold\""));
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of(TokenAuthenticationRequest.class);
    }
}
