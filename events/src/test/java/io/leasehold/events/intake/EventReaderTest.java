package io.leasehold.events.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {
    private static final String CREATED = "io.leasehold.tenant.created.v1";

    private final EventReader reader = new EventReader();

    @ParameterizedTest
    @MethodSource("io.leasehold.events.Golden#tenantEvents")
    void acceptsEveryGoldenFile(Golden golden) {
        Reading reading = reader.read(Records.of(golden));

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
    void readsTheEnvelopeInBothModes() {
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
    void ignoresHeadersThatOnlyThePlatformSets() {
        Header[] left = {
            Header.of(Headers.DEAD_LETTER_REASON, "x".repeat(9000)),
            Header.of(Headers.REPLAY_ID, "forged")
        };
        RawRecord record =
                Records.record(
                        "acme",
                        Records.validData().getBytes(UTF_8),
                        Records.with(Records.headers(CREATED), left));

        assertThat(reader.read(record)).isInstanceOf(Reading.Accepted.class);
    }

    // Envelope

    @Test
    void refusesATombstone() {
        assertRefused(
                Records.record("acme", null, Records.headers(CREATED)), ErrorCode.ENV_TOMBSTONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce_specversion", "ce_id", "ce_source", "ce_type"})
    void refusesAnEventWithoutARequiredHeader(String name) {
        Reading.Refused refused =
                assertRefused(
                        Records.record(
                                "acme",
                                Records.validData().getBytes(UTF_8),
                                Records.without(Records.headers(CREATED), name)),
                        ErrorCode.ENV_MALFORMED);

        assertThat(refused.reason()).contains(name);
    }

    @Test
    void refusesAnEventWithoutHeaders() {
        assertRefused(
                Records.record("acme", Records.validData().getBytes(UTF_8), List.of()),
                ErrorCode.ENV_MALFORMED);
    }

    @Test
    void refusesAHeaderThatStandsTwice() {
        RawRecord record =
                Records.record(
                        "acme",
                        Records.validData().getBytes(UTF_8),
                        Records.with(
                                Records.headers(CREATED), Header.of(Headers.CE_SOURCE, "/other")));

        assertRefused(record, ErrorCode.ENV_MALFORMED);
    }

    @ParameterizedTest
    @CsvSource({
        "ce_specversion, 0.3",
        "ce_source, not a uri",
        "ce_time, yesterday",
        "ce_id, 'a\tb'"
    })
    void refusesAttributesOfTheWrongForm(String name, String value) {
        RawRecord record =
                Records.record(
                        "acme",
                        Records.validData().getBytes(UTF_8),
                        Records.with(
                                Records.without(Records.headers(CREATED), name),
                                Header.of(name, value)));

        assertRefused(record, ErrorCode.ENV_MALFORMED);
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, ENV_CONTENT_TYPE",
        "application/avro, ENV_CONTENT_TYPE",
        "application/json; charset=latin1, ENV_CONTENT_TYPE",
        "application/cloudevents+avro, ENV_CONTENT_TYPE",
        "application/cloudevents-batch+json, ENV_BATCH"
    })
    void refusesOtherContentTypes(String contentType, ErrorCode code) {
        RawRecord record =
                Records.record(
                        "acme",
                        Records.validData().getBytes(UTF_8),
                        Records.with(
                                Records.without(Records.headers(CREATED), Headers.CONTENT_TYPE),
                                Header.of(Headers.CONTENT_TYPE, contentType)));

        assertRefused(record, code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.leasehold.tenant.created.v2",
                "io.leasehold.run.status.v1",
                "com.example.other",
                "io.leasehold.tenant.CREATED.v1"
            })
    void refusesOtherTypes(String type) {
        assertRefused(Records.typed(type, Records.validData()), ErrorCode.ENV_UNSUPPORTED_TYPE);
    }

    @Test
    void refusesStructuredEventsWhoseDataIsNotJson() {
        List<Header> headers =
                List.of(Header.of(Headers.CONTENT_TYPE, "application/cloudevents+json"));
        String envelope =
                """
                {"specversion":"1.0","id":"1","source":"/x","type":"%s",%s}\
                """;

        assertRefused(
                Records.record(
                        "acme",
                        envelope.formatted(CREATED, "\"data_base64\":\"e30=\"").getBytes(UTF_8),
                        headers),
                ErrorCode.ENV_CONTENT_TYPE);
        assertRefused(
                Records.record(
                        "acme",
                        envelope.formatted(CREATED, "\"data\":null").getBytes(UTF_8),
                        headers),
                ErrorCode.ENV_MALFORMED);
        assertRefused(
                Records.record(
                        "acme",
                        envelope.formatted(CREATED, "\"data\":[1]").getBytes(UTF_8),
                        headers),
                ErrorCode.SCHEMA_VIOLATION);
    }

    // JSON

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "this is not JSON",
                "{",
                "{} {}",
                "[]",
                "null",
                "{'a':1}",
                "\u0000"
            })
    void refusesWhatIsNotOneJsonObject(String value) {
        assertRefused(Records.created(value), ErrorCode.JSON_MALFORMED);
    }

    @Test
    void refusesWhatIsNotUtf8() {
        String umlaut = Records.validData().replace("starter", "stärter");

        assertRefused(bytes(umlaut.getBytes(ISO_8859_1)), ErrorCode.JSON_MALFORMED);
        assertRefused(bytes(Records.validData().getBytes(UTF_16)), ErrorCode.JSON_MALFORMED);
    }

    @Test
    void refusesAKeyThatStandsTwiceAndPointsAtIt() {
        Reading.Refused refused =
                assertRefused(
                        Records.created(
                                Records.validData()
                                        .replace("\"connectionLimit\":20", "\"a\":1,\"a\":2")),
                        ErrorCode.JSON_DUPLICATE_KEY);

        assertThat(refused.pointers()).containsExactly("/variables/a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e401", "1E-999999999", "1e99999999999", "-2.5e+500"})
    void refusesNumbersThatWouldExplode(String number) {
        assertRefused(variable("\"n\":" + number), ErrorCode.LIMIT_EXCEEDED);
    }

    @Test
    void refusesDeepNesting() {
        assertRefused(
                variable("\"n\":" + "[".repeat(9_000) + "]".repeat(9_000)),
                ErrorCode.LIMIT_EXCEEDED);
        assertRefused(variable("\"n\":" + "[".repeat(9) + "]".repeat(9)), ErrorCode.LIMIT_EXCEEDED);
    }

    // Sizes

    @Test
    void refusesMoreThan64KiB() {
        Reading.Refused refused =
                assertRefused(bytes(new byte[65 * 1024]), ErrorCode.LIMIT_EXCEEDED);

        assertThat(refused.reason()).contains("66560").contains("65536");
    }

    @Test
    void refusesTooManyOrTooLargeHeaders() {
        Header[] many = new Header[60];
        for (int i = 0; i < many.length; i++) {
            many[i] = Header.of("h" + i, "");
        }
        byte[] value = Records.validData().getBytes(UTF_8);

        assertRefused(
                Records.record("acme", value, Records.with(Records.headers(CREATED), many)),
                ErrorCode.LIMIT_EXCEEDED);
        assertRefused(
                Records.record(
                        "acme",
                        value,
                        Records.with(Records.headers(CREATED), Header.of("h", "x".repeat(8192)))),
                ErrorCode.LIMIT_EXCEEDED);
    }

    @Test
    void refusesVariablesBeyondTheLimits() {
        StringBuilder many = new StringBuilder("\"a\":1");
        for (int i = 0; i < 200; i++) {
            many.append(",\"v").append(i).append("\":1");
        }

        assertRefused(variable(many.toString()), ErrorCode.LIMIT_EXCEEDED);
        assertRefused(variable("\"s\":\"" + "x".repeat(8193) + "\""), ErrorCode.LIMIT_EXCEEDED);
        assertRefused(variable("\"l\":[" + "1,".repeat(1000) + "1]"), ErrorCode.LIMIT_EXCEEDED);
        String eight = "x".repeat(8192);
        assertRefused(
                variable("\"l\":[" + ("\"" + eight + "\",").repeat(6) + "1]"),
                ErrorCode.LIMIT_EXCEEDED);
    }

    // Identity

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x",
                "A",
                "ab",
                "Acme",
                "ac me",
                "acme-",
                "-acme",
                "1acme",
                "ac--me",
                "tenant/1",
                "größe",
                "аcme",
                "default",
                "admin",
                "test-1",
                "acme\\u0000",
                "acme\\n",
                ""
            })
    void refusesHostileIds(String id) {
        RawRecord record =
                Records.record(
                        id,
                        Records.validData().replace("acme", id).getBytes(UTF_8),
                        Records.headers(CREATED));

        Reading.Refused refused = assertRefused(record, ErrorCode.TENANT_ID_INVALID);

        assertThat(refused.pointers()).containsExactly("/tenantId");
    }

    @Test
    void refusesAnIdOf41Characters() {
        assertRefused(
                Records.created(Records.validData().replace("acme", "a".repeat(41))),
                ErrorCode.TENANT_ID_INVALID);
    }

    @Test
    void refusesAKeyThatIsNotTheTenant() {
        byte[] value = Records.validData().getBytes(UTF_8);

        assertRefused(
                Records.record("other", value, Records.headers(CREATED)), ErrorCode.KEY_MISMATCH);
        assertRefused(
                Records.record(null, value, Records.headers(CREATED)), ErrorCode.KEY_MISMATCH);
        assertRefused(
                Records.record("ACME", value, Records.headers(CREATED)), ErrorCode.KEY_MISMATCH);
    }

    @ParameterizedTest
    @CsvSource({
        "'', GENERATION_MISSING",
        "'\"generation\":0,', GENERATION_INVALID",
        "'\"generation\":-1,', GENERATION_INVALID",
        "'\"generation\":1.5,', GENERATION_INVALID",
        "'\"generation\":\"1\",', GENERATION_INVALID",
        "'\"generation\":null,', GENERATION_INVALID",
        "'\"generation\":9007199254740992,', GENERATION_INVALID",
        "'\"generation\":99999999999999999999,', GENERATION_INVALID"
    })
    void refusesGenerationsThatAreNone(String field, ErrorCode code) {
        assertRefused(
                Records.created(Records.validData().replace("\"generation\":1,", field)), code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.0", "\"1\"", "null", "18446744073709551616"})
    void refusesIncarnationsThatAreNone(String incarnation) {
        assertRefused(
                Records.created(
                        Records.validData()
                                .replace("\"incarnation\":1", "\"incarnation\":" + incarnation)),
                ErrorCode.INCARNATION_INVALID);
    }

    @Test
    void takesNoGenerationFromASourceThatIsOrderedByPosition() {
        EventReader byPosition = new EventReader((_, _) -> Ordering.POSITION);
        String without = Records.validData().replace("\"generation\":1,", "");

        assertThat(byPosition.read(Records.created(without))).isInstanceOf(Reading.Accepted.class);
        assertThat(byPosition.read(Records.created(Records.validData())))
                .asInstanceOf(type(Reading.Refused.class))
                .returns(ErrorCode.GENERATION_INVALID, Reading.Refused::code);
    }

    @ParameterizedTest
    @CsvSource({
        "created, deleted",
        "updated, deleted",
        "suspended, active",
        "resumed, suspended",
        "deleted, active"
    })
    void refusesATypeAndALifecycleThatDisagree(String verb, String lifecycle) {
        assertRefused(
                Records.typed(
                        "io.leasehold.tenant." + verb + ".v1",
                        Records.validData().replace("active", lifecycle)),
                ErrorCode.LIFECYCLE_MISMATCH);
    }

    // Schema and text

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"blueprint\"|\"bluprint\"|/blueprint",
                "\"variables\"|\"vars\"|/variables",
                "\"connectionLimit\":20}|\"connectionLimit\":20},\"extra\":1|/extra",
                "\"version\":\"1.0.0\"|\"version\":\"latest\"|/blueprint/version",
                "\"version\":\"1.0.0\"|\"version\":1|/blueprint/version",
                "\"name\":\"starter\"|\"name\":\"../starter\"|/blueprint/name",
                "{\"connectionLimit\":20}|[]|/variables",
                "\"lifecycle\":\"active\"|\"lifecycle\":\"paused\"|/lifecycle",
                "\"tenantId\":\"acme\",|''|/tenantId",
                "\"connectionLimit\":20}|\"connectionLimit\":20},\"stacks\":[]|/stacks",
                "\"connectionLimit\":20}|\"a\":20},\"stacks\":{\"x\":{\"vars\":1}}|/stacks/x/vars",
                "\"connectionLimit\":20}|\"a\":20},\"labels\":{\"x\":1}|/labels/x",
                "\"connectionLimit\":20}|\"a\":20},\"policy\":{\"deletion\":\"Keep\"}|/policy/deletion"
            })
    void refusesWhatDoesNotFitTheSchemaAndPointsAtIt(String from, String to, String pointer) {
        Reading.Refused refused =
                assertRefused(
                        Records.created(Records.validData().replace(from, to)),
                        ErrorCode.SCHEMA_VIOLATION);

        assertThat(refused.pointers()).contains(pointer);
        assertThat(refused.reason()).contains(pointer);
    }

    @Test
    void refusesNamesOfVariablesThatCouldBeNone() {
        assertRefused(variable("\"a b\":1"), ErrorCode.SCHEMA_VIOLATION);
        assertRefused(variable("\"../a\":1"), ErrorCode.SCHEMA_VIOLATION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"s\":\"a\\u0000b\"",
                "\"s\":\"a\\u001bb\"",
                "\"a\\u0000\":1",
                "\"s\":[{\"x\":\"\\ud800\"}]",
                "\"s\":\"Gro\\u0308ße\""
            })
    void refusesTextThatWouldHurtLater(String variable) {
        assertRefused(variable(variable), ErrorCode.TEXT_INVALID);
    }

    @Test
    void refusesControlCharactersEvenWhereDataIsFree() {
        assertRefused(
                Records.created(
                        Records.validData()
                                .replace("20}", "20},\"extensions\":{\"a\":[\"\\u0000\"]}")),
                ErrorCode.TEXT_INVALID);
        assertRefused(
                Records.created(Records.validData().replace("20}", "20},\"name\":\"a\\nb\"")),
                ErrorCode.TEXT_INVALID);
    }

    // Variables

    @ParameterizedTest
    @CsvSource({"dbUrl, dbURL", "dbUrl, db_url", "podCIDRs, podCidrs"})
    void refusesNamesThatBecomeOne(String one, String other) {
        Reading.Refused refused =
                assertRefused(
                        variable("\"%s\":1,\"%s\":2".formatted(one, other)),
                        ErrorCode.VAR_NAME_COLLISION);

        assertThat(refused.pointers()).containsExactly("/variables/" + one, "/variables/" + other);
    }

    @Test
    void looksAtAStacksVariablesTogetherWithTheTenants() {
        String data =
                Records.validData()
                        .replace("20}", "20},\"stacks\":{\"db\":{\"variables\":{\"%s\":30}}}");

        assertThat(reader.read(Records.created(data.formatted("connectionLimit"))))
                .isInstanceOf(Reading.Accepted.class);
        assertRefused(
                Records.created(data.formatted("connection_limit")), ErrorCode.VAR_NAME_COLLISION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "platformKafkaBootstrapServers",
                "platform_x",
                "tenantId",
                "stack_name",
                "region"
            })
    void refusesNamesThatThePlatformSets(String name) {
        assertRefused(variable("\"%s\":1".formatted(name)), ErrorCode.VAR_RESERVED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"dbPassword\":\"hunter2\"",
                "\"password\":\"hunter2\"",
                "\"apiKey\":\"hunter2\"",
                "\"APIKey\":\"hunter2\"",
                "\"apikey\":\"hunter2\"",
                "\"tls\":{\"private_key\":\"hunter2\"}",
                "\"accessToken\":[\"hunter2\"]",
                "\"pem\":\"-----BEGIN RSA PRIVATE KEY-----\\nhunter2\""
            })
    void refusesSecretsInTheClearAndNeverRepeatsThem(String variable) {
        Reading.Refused refused = assertRefused(variable(variable), ErrorCode.VAR_SENSITIVE_INLINE);

        assertThat(refused.reason()).doesNotContain("hunter2");
        assertThat(refused.mayKeepBytes()).isFalse();
    }

    @Test
    void findsASecretBeforeAnyOtherFault() {
        String spoilt =
                Records.validData()
                        .replace("\"connectionLimit\":20", "\"dbPassword\":\"hunter2\"")
                        .replace("\"lifecycle\":\"active\",", "")
                        .replace("acme", "../x");

        assertRefused(Records.created(spoilt), ErrorCode.VAR_SENSITIVE_INLINE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"passwordLength\":\"12\"",
                "\"secretName\":\"x\"",
                "\"password\":\"\"",
                "\"rotatePassword\":true",
                "\"tokenTtl\":\"1h\"",
                "\"cert\":\"-----BEGIN CERTIFICATE-----\\nMII\"",
                "\"monkey\":\"x\""
            })
    void letsPassWhatOnlySoundsLikeASecret(String variable) {
        assertThat(reader.read(variable(variable))).isInstanceOf(Reading.Accepted.class);
    }

    // What a refusal says

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

    private Reading.Accepted accepted(RawRecord record) {
        assertThat(reader.read(record)).isInstanceOf(Reading.Accepted.class);
        return (Reading.Accepted) reader.read(record);
    }

    private Reading.Refused assertRefused(RawRecord record, ErrorCode code) {
        Reading reading = reader.read(record);
        assertThat(reading)
                .asInstanceOf(type(Reading.Refused.class))
                .returns(code, Reading.Refused::code);
        return (Reading.Refused) reading;
    }

    private static RawRecord variable(String fields) {
        return Records.created(Records.validData().replace("\"connectionLimit\":20", fields));
    }

    private static RawRecord bytes(byte[] value) {
        return Records.record("acme", value, Records.headers(CREATED));
    }
}
