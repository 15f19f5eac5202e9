package io.leasehold.events.intake;

import static io.leasehold.events.intake.Readings.READER;
import static io.leasehold.events.intake.Readings.assertRefused;
import static io.leasehold.events.intake.Readings.variable;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.events.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Data that is JSON, but not a tenant. */
class BadDataTest {
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
    void step4RefusesWhatDoesNotFitTheSchemaAndPointsAtIt(String from, String to, String pointer) {
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
    void step4RefusesTextThatWouldHurtLater(String variable) {
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

        assertThat(READER.read(Records.created(data.formatted("connectionLimit"))))
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
        assertThat(READER.read(variable(variable))).isInstanceOf(Reading.Accepted.class);
    }
}
