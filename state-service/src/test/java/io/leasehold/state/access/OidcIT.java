package io.leasehold.state.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestIssuer;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** People with tokens of an identity provider, beside services with tokens of the file. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class OidcIT {
    private static final String LOOK = "/v1/tenants";

    private final String own = "own-" + UUID.randomUUID();

    @Test
    void aPersonMayWhatTheGroupsOfTheTokenGive() {
        ServiceClient alice = ServiceClient.as(TestIssuer.token("alice", "platform"));
        ServiceClient bob = ServiceClient.as(TestIssuer.token("bob", "everyone", "strangers"));

        assertThat(alice.send("GET", LOOK, null).status()).isEqualTo(200);
        assertThat(bob.send("GET", LOOK, null).status()).isEqualTo(200);
        assertThat(bob.send("POST", "/v1/blueprints", "{}").status()).isEqualTo(403);
        assertThat(alice.send("POST", "/v1/blueprints", "{}").status()).isEqualTo(400);
    }

    @Test
    void whatTheTokenItselfCallsRolesCountsForNothing() {
        ServiceClient mallory =
                ServiceClient.as(TestIssuer.token("mallory", "operator", "worker", "viewer"));

        assertThat(mallory.send("GET", LOOK, null).code()).isEqualTo("FORBIDDEN");
        assertThat(mallory.send("POST", "/v1/claims", "{}").code()).isEqualTo("FORBIDDEN");
    }

    @Test
    void aGroupsLimitsHoldAsThoseOfTheFileDo() {
        ServiceClient carol = ServiceClient.as(TestIssuer.token("carol", "own-team"));

        assertThat(carol.send("GET", "/v1/stacks?tenant=" + own, null).status()).isEqualTo(200);
        assertThat(carol.send("GET", "/v1/stacks?tenant=other", null).code())
                .isEqualTo("OUT_OF_LIMITS");
        assertThat(carol.send("GET", "/state/" + own + "/1/db", null).status()).isEqualTo(204);
        assertThat(carol.send("GET", "/state/other/1/db", null).code()).isEqualTo("OUT_OF_LIMITS");
    }

    @Test
    void tofuSendsSuchATokenAsThePasswordOfBasicAndTheAuditNamesThePerson() {
        String basic =
                Base64.getEncoder()
                        .encodeToString(
                                ("me:" + TestIssuer.token("dave", "own-team")).getBytes(UTF_8));

        Reply reply =
                ServiceClient.as(null)
                        .send(
                                "LOCK",
                                "/state/" + own + "/1/db",
                                "{\"ID\":\"a\"}",
                                "Authorization",
                                "Basic " + basic);

        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        Reply audit =
                ServiceClient.as(TestTokens.VIEWER).send("GET", "/v1/audit?tenant=" + own, null);
        assertThat(audit.json().path("items").path(0).path("actor").asText())
                .isEqualTo("oidc:dave");
        assertThat(audit.json().path("items").path(0).path("role").asText()).isEqualTo("state");
    }

    @TestFactory
    Stream<DynamicTest> aTokenThatIsNotSoundIsNobodys() {
        String sound = TestIssuer.token("eve", "platform");
        String[] parts = sound.split("\\.");
        Map<String, String> bad = new LinkedHashMap<>();
        bad.put(
                "expired",
                TestIssuer.claims("eve", "platform")
                        .issuedAt(Instant.now().minusSeconds(900))
                        .expiresAt(Instant.now().minusSeconds(600))
                        .jws()
                        .sign(TestIssuer.key()));
        bad.put("without an expiry", everlasting());
        bad.put(
                "for another audience",
                TestIssuer.claims("eve", "platform")
                        .audience("somebody-else")
                        .jws()
                        .sign(TestIssuer.key()));
        bad.put(
                "of another issuer",
                TestIssuer.claims("eve", "platform")
                        .issuer("https://elsewhere.test")
                        .jws()
                        .sign(TestIssuer.key()));
        bad.put(
                "signed with another key",
                TestIssuer.claims("eve", "platform").jws().sign(TestIssuer.keyPair().getPrivate()));
        bad.put(
                "signed with the public key as a secret",
                TestIssuer.claims("eve", "platform")
                        .jws()
                        .sign(
                                new SecretKeySpec(
                                        Base64.getDecoder().decode(TestIssuer.publicKey()),
                                        "HmacSHA256")));
        bad.put("with algorithm none", encoded("{\"alg\":\"none\"}") + "." + parts[1] + ".");
        bad.put(
                "with algorithm none and a signature",
                encoded("{\"alg\":\"none\"}") + "." + parts[1] + "." + parts[2]);
        bad.put("without a signature", parts[0] + "." + parts[1] + ".");
        bad.put("with other claims", parts[0] + "." + encoded("{\"sub\":\"x\"}") + "." + parts[2]);
        bad.put("cut", sound.substring(0, sound.length() - 20));
        bad.put("a header only", parts[0]);
        bad.put("nonsense", "eyJ-nonsense.x.y");
        return bad.entrySet().stream()
                .map(each ->
                        DynamicTest.dynamicTest(each.getKey(), () -> isNobodys(each.getValue())));
    }

    private static void isNobodys(String token) {
        Reply reply = ServiceClient.as(token).send("GET", LOOK, null);

        assertThat(reply.status()).as(reply.body()).isEqualTo(401);
        assertThat(reply.code()).isEqualTo("UNAUTHENTICATED");
        assertThat(reply.body()).doesNotContain("jose4j", "Exception", "issuer.test");
        assertThat(ServiceClient.as(token).send("GET", "/state/x/1/x", null).status())
                .isEqualTo(401);
    }

    @Test
    void aTokenOfTheFileGoesOnWorkingBesideThem() {
        for (String token : List.of(TestTokens.VIEWER, TestTokens.OPERATOR)) {
            assertThat(ServiceClient.as(token).send("GET", LOOK, null).status()).isEqualTo(200);
        }
    }

    /** The builder of sound tokens gives every one an expiry. */
    private static String everlasting() {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue("RS256");
        signature.setKey(TestIssuer.key());
        signature.setPayload(
                "{\"iss\":\"%s\",\"aud\":\"%s\",\"sub\":\"eve\",\"groups\":[\"platform\"]}"
                        .formatted(TestIssuer.ISSUER, TestIssuer.AUDIENCE));
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new AssertionError(e);
        }
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
    }
}
