package io.leasehold.state.access;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Turns a token of ours into a name and its rights, or into a refusal. */
@ApplicationScoped
class TokenIdentities implements IdentityProvider<TokenRequest> {
    private final TokensFile tokens;
    private final RunCredentials runs;

    TokenIdentities(TokensFile tokens, RunCredentials runs) {
        this.tokens = tokens;
        this.runs = runs;
    }

    @Override
    public Class<TokenRequest> getRequestType() {
        return TokenRequest.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(
            TokenRequest request, AuthenticationRequestContext context) {
        return RunCredentials.isOne(request.token())
                ? runs.find(request.token()).map(run -> known(run.map(Identities::of)))
                : Uni.createFrom().item(() -> known(ofFile(request.token())));
    }

    private Optional<SecurityIdentity> ofFile(String token) {
        return tokens.find(token).map(bearer -> Identities.of(bearer.name(), bearer.grants()));
    }

    private static SecurityIdentity known(Optional<SecurityIdentity> identity) {
        return identity.orElseThrow(AuthenticationFailedException::new);
    }
}
