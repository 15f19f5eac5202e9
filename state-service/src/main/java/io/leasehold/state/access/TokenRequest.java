package io.leasehold.state.access;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/** Asks who bears a token of ours: one of the tokens file, or the credential of a run. */
final class TokenRequest extends BaseAuthenticationRequest {
    private final String token;

    TokenRequest(String token) {
        this.token = token;
    }

    String token() {
        return token;
    }
}
