package io.leasehold.events.intake;

import static io.leasehold.events.intake.Readings.CREATED;
import static io.leasehold.events.intake.Readings.READER;
import static io.leasehold.events.intake.Readings.accepted;
import static io.leasehold.events.intake.Readings.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.ErrorCode;
import io.leasehold.events.EventType;
import io.leasehold.events.Golden;
import io.leasehold.events.Header;
import io.leasehold.events.Headers;
import io.leasehold.events.tenant.BlueprintRef;
import io.leasehold.events.tenant.Lifecycle;
import io.leasehold.events.tenant.TenantPolicy;
import io.leasehold.events.tenant.TenantSpec;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventReaderTest {
    @ParameterizedTest
    @MethodSource("io.leasehold.events.Golden#tenantEvents")
    void acceptsEveryGoldenFile(Golden golden) {
        Reading reading = READER.read(Records.of(golden));

        assertThat(reading)
                .asInstanceOf(type(Reading.Accepted.class))
                .satisfies(accepted -> {
                    assertThat(accepted.specHash()).isEqualTo(golden.specHash());
                    assertThat(accepted.event().type()).isEqualTo(golden.type());
                    assertThat(accepted.event().data().tenantId()).isEqualTo(golden.key());
                });
    }

    @Test
    void readsEveryFieldOfAFullEvent() {
        TenantSpec spec = accepted(Records.of(Golden.of("tenant.created.v1-full"))).event().data();

        assertThat(spec.incarnation()).isEqualTo(2);
        assertThat(spec.generation()).isEqualTo(9007199254740991L);
        assertThat(spec.lifecycle()).isEqualTo(Lifecycle.SUSPENDED);
        assertThat(spec.blueprint()).isEqualTo(new BlueprintRef("starter", "1.2.3-rc.1"));
        ObjectNode variables = spec.variables();
        assertThat(variables.get("bigId").bigIntegerValue())
                .isEqualTo(new BigInteger("9007199254740993"));
        assertThat(variables.get("huge").bigIntegerValue())
                .isEqualTo(new BigInteger("123456789012345678901234567890"));
        assertThat(variables.get("ratio").decimalValue()).isEqualTo(new BigDecimal("0.10"));
        assertThat(spec.labels()).containsEntry("team", "billing");
        assertThat(spec.policy())
                .isEqualTo(
                        new TenantPolicy(
                                TenantPolicy.Creation.WHEN_NEEDED,
                                TenantPolicy.Deletion.DELETE,
                                TenantPolicy.Approval.MANUAL_IF_DESTROYS,
                                TenantPolicy.Drift.REPORT));
        assertThat(spec.stacks()).containsOnlyKeys("database", "topics");
        assertThat(spec.requestedBy()).isEqualTo("someone@example.org");
    }

    @Test
    void step3ReadsTheEnvelopeInBothModes() {
        var binary = accepted(Records.of(Golden.of("tenant.created.v1-full"))).event().envelope();
        var structured =
                accepted(Records.of(Golden.of("tenant.created.v1-structured"))).event().envelope();

        assertThat(binary.traceparent()).startsWith("00-0af7651916cd43dd");
        assertThat(binary.subject()).isEqualTo("tenants/acme");
        assertThat(structured.id()).isEqualTo("0193-structured");
        assertThat(structured.type()).isEqualTo(EventType.TENANT_CREATED);
        assertThat(structured.time()).isEqualTo(Instant.parse("2026-01-31T12:00:00Z"));
    }

    @Test
    void takesTheFirstIncarnationWhereNoneIsGiven() {
        assertThat(accepted(Records.of(Golden.of("tenant.created.v1-minimal"))).event().data())
                .returns(1L, TenantSpec::incarnation);
    }

    @Test
    void ignoresATraceThatIsNone() {
        RawRecord record =
                Records.record(
                        "acme",
                        Records.validData().getBytes(UTF_8),
                        Records.with(
                                Records.headers(CREATED),
                                Header.of(Headers.CE_TRACEPARENT, "nonsense")));

        assertThat(accepted(record).event().envelope().traceparent()).isNull();
    }

    @Test
    void step3IgnoresHeadersThatOnlyThePlatformSets() {
        Header[] left = {
            Header.of(Headers.DEAD_LETTER_REASON, "x".repeat(9000)),
            Header.of(Headers.REPLAY_ID, "forged")
        };
        RawRecord record =
                Records.record(
                        "acme",
                        Records.validData().getBytes(UTF_8),
                        Records.with(Records.headers(CREATED), left));

        assertThat(READER.read(record)).isInstanceOf(Reading.Accepted.class);
    }

    @Test
    void saysWhoseTheRecordWas() {
        Reading.Refused refused =
                assertRefused(
                        Records.created(Records.validData().replace("\"lifecycle\"", "\"l\"")),
                        ErrorCode.SCHEMA_VIOLATION);

        assertThat(refused.claims()).isEqualTo(new Claims("acme", 1L, 1L, "id-1", "/crm", CREATED));
    }

    @Test
    void saysTheTenantByTheKeyWhereTheDataCannotBeRead() {
        assertThat(assertRefused(Records.created("nonsense"), ErrorCode.JSON_MALFORMED).claims())
                .isEqualTo(new Claims("acme", null, null, "id-1", "/crm", CREATED));
    }

    @Test
    void keepsReasonsAndPointersShort() {
        StringBuilder fields = new StringBuilder("20}");
        for (int i = 0; i < 100; i++) {
            fields.append(",\"unknownField").append("Ö".repeat(50)).append(i).append("\":1");
        }

        Reading.Refused refused =
                assertRefused(
                        Records.created(Records.validData().replace("20}", fields)),
                        ErrorCode.SCHEMA_VIOLATION);

        assertThat(refused.reason().getBytes(UTF_8)).hasSizeLessThanOrEqualTo(1024);
        assertThat(refused.pointers()).hasSize(Reading.Refused.MAX_POINTERS);
    }
}
