package io.leasehold.state.blueprint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class BlueprintIT {
    @Inject Ledger ledger;

    private final String name = "b-" + UUID.randomUUID();
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);

    private ServiceClient.Reply register(String yaml) {
        return operator.send(
                "POST", "/v1/blueprints", TestBlueprints.registration(yaml, name, "1.0.0"));
    }

    @Test
    void theSameContentAgainIsNoChangeAndOtherContentIsRefused() {
        assertThat(register(TestBlueprints.SINGLE).status()).isEqualTo(201);
        assertThat(register("# said otherwise\n" + TestBlueprints.SINGLE).status()).isEqualTo(200);

        ServiceClient.Reply other =
                register(TestBlueprints.SINGLE.replace("minimum: 1", "minimum: 2"));

        assertThat(other.status()).isEqualTo(409);
        assertThat(other.code()).isEqualTo("BLUEPRINT_IMMUTABLE");
        assertThat(ledger.column("select action from audit where subject = ?", name + "@1.0.0"))
                .containsExactly("register-blueprint");
    }

    @Test
    void whatIsWrongIsRefusedAndNothingIsStored() {
        ServiceClient.Reply reply =
                register(TestBlueprints.SINGLE.replace("${var.size}", "${var.sise}"));

        assertThat(reply.status()).isEqualTo(422);
        assertThat(reply.code()).isEqualTo("BLUEPRINT_INVALID");
        assertThat(reply.json().path("detail").asText())
                .contains("stacks.database.inputs.size")
                .contains("sise");
        assertThat(ledger.value("select 1 from blueprint where name = ?", name)).isNull();
    }

    @Test
    void aModuleComesBackByItsDigestByteForByte() throws IOException, InterruptedException {
        register(TestBlueprints.SINGLE);
        byte[] archive = TestBlueprints.archive(Map.of("main.tf", "# modules/database"));
        URI module = URI.create(operator.base() + "/v1/modules/" + ModuleArchives.digest(archive));

        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> reply =
                    http.send(
                            HttpRequest.newBuilder(module)
                                    .header("Authorization", "Bearer " + TestTokens.WORKER)
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray());

            assertThat(reply.body()).isEqualTo(archive);
            assertThat(reply.headers().firstValue("Content-Type")).hasValue("application/gzip");
        }
        assertThat(
                        ServiceClient.as(TestTokens.WORKER)
                                .send("GET", "/v1/modules/unknown", null)
                                .status())
                .isEqualTo(404);
    }

    @Test
    void blueprintsAreListedWithTheirStacks() {
        register(TestBlueprints.PAIR);

        JsonNode listed = operator.send("GET", "/v1/blueprints", null).json().path("items");

        assertThat(listed)
                .filteredOn(it -> it.path("name").asText().equals(name))
                .singleElement()
                .satisfies(it ->
                        assertThat(it.path("stacks").toString())
                                .isEqualTo("[\"app\",\"database\"]"));
    }

    @Test
    void onlyOperatorsRegister() {
        assertThat(
                        ServiceClient.as(TestTokens.VIEWER)
                                .send(
                                        "POST",
                                        "/v1/blueprints",
                                        TestBlueprints.registration(
                                                TestBlueprints.SINGLE, name, "1.0.0"))
                                .status())
                .isEqualTo(403);
    }
}
