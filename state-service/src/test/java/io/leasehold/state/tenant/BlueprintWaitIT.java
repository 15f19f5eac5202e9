package io.leasehold.state.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events whose blueprint is not there yet, on a real ledger. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class BlueprintWaitIT {
    @Inject Ledger ledger;
    @Inject WaitingLives waiting;

    private final String tenant = "t-" + UUID.randomUUID();
    private final String blueprint = "b-" + UUID.randomUUID();
    private final TestUpstream upstream = new TestUpstream();
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);

    @BeforeEach
    void aBlueprint() {
        register(blueprint);
    }

    private void register(String name) {
        TestBlueprints.registers(TestBlueprints.SINGLE, name);
    }

    @Test
    void step5ATenantWaitsForItsBlueprintAndGoesOnWhenItIsRegistered() {
        String late = "late-" + UUID.randomUUID();

        JsonNode verdict = upstream.publishes(TestUpstream.wants(tenant, 1, late, 3));
        assertThat(verdict.path("disposition").asText()).isEqualTo("PENDING");
        assertThat(view().path("phase").asText()).isEqualTo("WAITING");
        assertThat(view().path("waitingFor").path(0).asText())
                .contains("waits for its blueprint, which is not registered");

        register(late);

        assertThat(view().path("phase").asText()).isEqualTo("PROGRESSING");
        assertThat(ledger.value("select 1 from life_waiting_record where tenant_id = ?", tenant))
                .isNull();
    }

    @Test
    void step5ABlueprintThatNeverComesMakesADeadLetterAfterAnHour() {
        upstream.publishes(TestUpstream.wants(tenant, 1, "never-" + UUID.randomUUID(), 3));
        ledger.update(
                "update life set waiting_since = waiting_since - interval '2 hours' where tenant_id = ?",
                tenant);

        Ledger.await(() -> waiting.look());

        assertThat(events().path(0).path("disposition").asText()).isEqualTo("DEAD_LETTERED");
        assertThat(events().path(0).path("code").asText()).isEqualTo("BLUEPRINT_UNKNOWN");
        assertThat(ledger.column("select code from dead_letter where tenant_id = ?", tenant))
                .containsExactly("BLUEPRINT_UNKNOWN");
        Ledger.await(() -> waiting.look());
        assertThat(ledger.column("select code from dead_letter where tenant_id = ?", tenant))
                .hasSize(1);
    }

    @Test
    void step5ANewerEventSupersedesOneThatWaitsForItsBlueprint() {
        upstream.publishes(TestUpstream.wants(tenant, 1, "never-" + UUID.randomUUID(), 3));

        upstream.publishes(TestUpstream.wants(tenant, 2, blueprint, 3));

        assertThat(events().path(1).path("disposition").asText()).isEqualTo("SUPERSEDED");
        assertThat(view().path("phase").asText()).isEqualTo("PROGRESSING");
    }

    @Test
    void variablesThatALateBlueprintRefusesMakeADeadLetter() {
        String late = "late-" + UUID.randomUUID();
        ObjectNode data = TestUpstream.wants(tenant, 1, late, 3);
        data.withObject("variables").put("shape", "round");
        upstream.publishes(data);

        register(late);

        assertThat(events().path(0).path("code").asText()).isEqualTo("VAR_UNDECLARED");
        assertThat(view().path("phase").asText()).isEqualTo("WAITING");
    }

    private JsonNode view() {
        return operator.send("GET", "/v1/tenants/" + tenant, null).json();
    }

    private JsonNode events() {
        return operator.send("GET", "/v1/tenants/" + tenant + "/events", null).json().path("items");
    }
}
