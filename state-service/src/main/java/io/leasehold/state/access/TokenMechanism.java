package io.leasehold.state.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.state.problem.Refusal;
import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.oidc.OIDCException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.identity.request.TokenAuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.HttpSecurityUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Takes the token out of a request: {@code Bearer <token>}, or Basic with any user and the token as
 * password, which is how tofu sends one. A token of ours is looked up here; a JSON web token that
 * is none of ours goes to OIDC, where that is configured.
 */
@ApplicationScoped
class TokenMechanism implements HttpAuthenticationMechanism {
    private static final String BEARER = "bearer ";
    private static final String BASIC = "basic ";

    private static final Logger LOGGER = Logger.getLogger(TokenMechanism.class);

    /** Before OIDC's own, which would refuse every token that is not its. */
    private static final int FIRST = DEFAULT_PRIORITY + 1000;

    private final TokensFile tokens;
    private final OidcConfig oidc;

    TokenMechanism(TokensFile tokens, OidcConfig oidc) {
        this.tokens = tokens;
        this.oidc = oidc;
    }

    @Override
    public int getPriority() {
        return FIRST;
    }

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
        return isForOidc(token)
                ? identities
                        .authenticate(forOidc(token, context))
                        .onFailure(OIDCException.class)
                        .transform(TokenMechanism::away)
                : identities.authenticate(new TokenRequest(token));
    }

    private static Refusal away(Throwable failure) {
        LOGGER.warnf("identity provider away reason=%s", failure.getMessage());
        return new Refusal(
                503,
                "IDENTITY_PROVIDER_AWAY",
                "The identity provider is away, and its tokens cannot be checked; try again, or"
                        + " use a token of the service's own");
    }

    private boolean isForOidc(String token) {
        return oidc.enabled() && token.startsWith("eyJ") && tokens.find(token).isEmpty();
    }

    private static AuthenticationRequest forOidc(String token, RoutingContext context) {
        return HttpSecurityUtils.setRoutingContextAttribute(
                new TokenAuthenticationRequest(new AccessTokenCredential(token)), context);
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
        return Set.of(TokenRequest.class, TokenAuthenticationRequest.class);
    }
}
