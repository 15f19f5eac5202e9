package io.leasehold.state.sealing;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.services.kms.AWSKMS;
import com.amazonaws.services.kms.AWSKMSClientBuilder;
import com.amazonaws.services.kms.model.CreateKeyRequest;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.testsupport.Eventually;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Master keys that never leave AWS KMS, by Tink's integration, against a KMS on loopback. With the
 * settings of few others: each rotation wraps every key that those before it have made.
 */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(
        value = TestTokens.class,
        initArgs = {
            @ResourceArg(name = "leasehold.orphans.settle", value = "true"),
            @ResourceArg(name = "leasehold.orphans.look", value = "PT1S")
        })
class AwsKmsIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Inject TestKeys keys;

    private final String tenant = "aws-" + UUID.randomUUID();
    private final StackRef stack = new StackRef(tenant, 1, "s");
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);

    @SuppressWarnings("NullAway.Init") // before all tests
    private static MotoServer moto;

    @SuppressWarnings("NullAway.Init") // before each test
    private AWSKMS aws;

    private String first = "";
    private String second = "";

    @BeforeAll
    static void aKms() throws Exception {
        moto = MotoServer.start(URI.create(endpoint()).getPort());
    }

    @AfterAll
    @SuppressWarnings("NullAway") // there is none where the tests were skipped
    static void noKms() {
        if (moto != null) {
            moto.close();
        }
    }

    private static String endpoint() {
        return ConfigProvider.getConfig().getValue("leasehold.sealing.aws.endpoint", String.class);
    }

    @BeforeEach
    void twoKeys() {
        aws =
                AWSKMSClientBuilder.standard()
                        .withCredentials(
                                new AWSStaticCredentialsProvider(
                                        new BasicAWSCredentials("test", "test")))
                        .withEndpointConfiguration(
                                new EndpointConfiguration(endpoint(), "eu-central-1"))
                        .build();
        first = newKey();
        second = newKey();
    }

    private String newKey() {
        return AwsKms.PREFIX + aws.createKey(new CreateKeyRequest()).getKeyMetadata().getArn();
    }

    /**
     * What the KMS wrapped must not be left to the tests that come after: it ends with this one.
     */
    @AfterEach
    void backToTheFile() throws Exception {
        if (first.isEmpty()) {
            return;
        }
        moto.goesOn();
        keys.writes(TestKeys.FIRST, first, second);
        rotated();
        keys.writes(TestKeys.FIRST);
        aws.shutdown();
    }

    @Test
    void theMasterKeyMovesFromTheFileIntoTheKmsAndThereToAnother() throws Exception {
        assertThat(push(1).status()).isEqualTo(204);
        keys.writes(first, TestKeys.FIRST);
        rotated();
        keys.writes(first);
        keys.forgetsDataKeys();
        serves();

        keys.writes(second, first);
        rotated();
        keys.writes(second);
        keys.forgetsDataKeys();

        serves();
        takes(2);
        assertThat(operator.send("GET", "/v1/keys", null).body()).contains(second);
    }

    @Test
    void aKeyThatTheKmsDoesNotGiveIsSaidInPlainWordsAndNothingIsStored() throws Exception {
        String missing = first.substring(0, first.indexOf("key/")) + "key/" + UUID.randomUUID();
        keys.writes(missing, TestKeys.FIRST);

        Reply refused = push(1);

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("KEY_UNAVAILABLE");
        assertThat(refused.body()).contains("KMS").doesNotContain("Exception", "127.0.0.1");
        keys.writes(first, TestKeys.FIRST);
        assertThat(get().status()).isEqualTo(204);
        takes(1);
    }

    @Test
    void aKmsThatDoesNotAnswerHoldsUpOnlyWhoNeedsItAndCostsNoEvent() throws Exception {
        String blueprint = "b" + UUID.randomUUID().toString().substring(0, 8);
        operator.send(
                "POST",
                "/v1/blueprints",
                TestBlueprints.registration(TestBlueprints.SINGLE, blueprint, "1.0.0"));
        keys.writes(first, TestKeys.FIRST);
        takes(1);
        TestUpstream upstream = new TestUpstream();
        var event = upstream.item(TestUpstream.wants(tenant, 1, blueprint, 3));
        var other = upstream.item(TestUpstream.wants("x" + tenant, 1, blueprint, 3));
        moto.hangs();

        assertThat(get().status()).as("its key is in memory").isEqualTo(200);
        for (int delivery = 1; delivery <= 3; delivery++) {
            assertThat(upstream.handsIn(other).status()).isEqualTo(503);
        }
        moto.goesOn();

        Eventually.eventually(
                LONG,
                () ->
                        assertThat(upstream.handsIn(event, other).body())
                                .doesNotContain("DEAD_LETTERED")
                                .contains("PENDING"));
    }

    // ── what the tests say ──────────────────────────────────────────────────────────────────────

    private void rotated() throws Exception {
        operator.send("POST", "/v1/keys/rotate", "{\"reason\":\"it is time\"}");
        Eventually.eventually(
                LONG,
                () ->
                        assertThat(
                                        operator.send("GET", "/v1/keys", null)
                                                .json()
                                                .path("rotation")
                                                .path("doneAt")
                                                .asText(""))
                                .isNotEmpty());
    }

    /** In the end: a KMS that is slower than the service is patient is asked again. */
    private void serves() throws Exception {
        Eventually.eventually(LONG, () -> assertThat(get().status()).isEqualTo(200));
    }

    /** Likewise. */
    private void takes(int serial) throws Exception {
        Eventually.eventually(LONG, () -> assertThat(push(serial).status()).isEqualTo(204));
    }

    private Reply get() {
        return operator.send("GET", "/state/" + stack.key(), null);
    }

    private Reply push(int serial) {
        String path = "/state/" + stack.key();
        operator.send("LOCK", path, "{\"ID\":\"a\",\"Who\":\"me\",\"Operation\":\"apply\"}");
        return operator.send(
                "POST",
                path + "?ID=a",
                "{\"version\":4,\"terraform_version\":\"1.12.6\",\"serial\":%d,\"lineage\":\"l\"}"
                        .formatted(serial));
    }
}
