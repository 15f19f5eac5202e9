package io.leasehold.state.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/**
 * Settings of people's access by an identity provider (OIDC bearer tokens). Beside it the tokens
 * file goes on as it is.
 */
@ConfigMapping(prefix = "leasehold.oidc")
interface OidcConfig {
    /** Whether tokens of an identity provider are taken at all. */
    @WithDefault("false")
    boolean enabled();

    /** The provider's address, from which its keys are learnt. This or a public key must be set. */
    Optional<String> url();

    /** The provider's public key in PEM or Base64, for a provider that is not asked. */
    Optional<String> publicKey();

    /** What a token's {@code iss} must be. */
    Optional<String> issuer();

    /** What a token's {@code aud} must hold. */
    Optional<String> audience();

    /** The claim whose texts say what a person belongs to; a path with slashes reaches into it. */
    @WithDefault("groups")
    String rolesClaim();

    /**
     * Texts of that claim that give the role operator, each with a limit behind it where there is
     * one, as in {@code acme-ops tenant=acme*}.
     */
    Optional<List<String>> operators();

    /** Those that give the role approver. */
    Optional<List<String>> approvers();

    /** Those that give the role viewer. */
    Optional<List<String>> viewers();

    /**
     * Those that give the role state; each needs a limit, as in {@code acme-devs state=acme/1/*}.
     */
    Optional<List<String>> stateUsers();
}
