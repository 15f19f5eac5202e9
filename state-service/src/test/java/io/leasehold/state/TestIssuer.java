package io.leasehold.state;

import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An identity provider without a server: the service under test has its public key and takes its
 * tokens. Its groups are {@code platform} (operator), {@code own-ops} (operator of tenants that
 * begin with {@code own-}), {@code everyone} (viewer), {@code own-team} (viewer of tenants that
 * begin with {@code own-}, and the states of their first lives).
 */
public final class TestIssuer {
    public static final String ISSUER = "https://issuer.test";
    public static final String AUDIENCE = "leasehold";

    private static final String PRIVATE = "leasehold.test.issuer.private";
    private static final String PUBLIC = "leasehold.test.issuer.public";

    private TestIssuer() {}

    /** What the service under test is told. */
    static Map<String, String> settings() {
        // Quarkus may load this class more than once; of system properties there is one set.
        if (System.getProperty(PRIVATE) == null) {
            KeyPair pair = keyPair();
            System.setProperty(PUBLIC, base64(pair.getPublic().getEncoded()));
            System.setProperty(PRIVATE, base64(pair.getPrivate().getEncoded()));
        }
        return Map.of(
                "leasehold.oidc.enabled", "true",
                "leasehold.oidc.public-key", System.getProperty(PUBLIC),
                "leasehold.oidc.issuer", ISSUER,
                "leasehold.oidc.audience", AUDIENCE,
                "leasehold.oidc.operators", "platform,own-ops tenant=own-*",
                "leasehold.oidc.viewers", "everyone,own-team tenant=own-*",
                "leasehold.oidc.state-users", "own-team state=own-*/1/*");
    }

    /** A key pair of nobody. */
    public static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The provider's own private key. */
    public static PrivateKey key() {
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePrivate(
                            new PKCS8EncodedKeySpec(
                                    Base64.getDecoder().decode(System.getProperty(PRIVATE))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The public key in the form in which the service is told it. */
    public static String publicKey() {
        return System.getProperty(PUBLIC);
    }

    /** A sound token of a person, to be signed. */
    public static JwtClaimsBuilder claims(String person, String... groups) {
        return Jwt.issuer(ISSUER)
                .audience(AUDIENCE)
                .subject("subject-of-" + person)
                .preferredUserName(person)
                .groups(Set.copyOf(List.of(groups)))
                .issuedAt(Instant.now())
                .expiresAt(Instant.now().plusSeconds(300));
    }

    /** A sound token of a person. */
    public static String token(String person, String... groups) {
        return claims(person, groups).jws().sign(key());
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
