package io.leasehold.events.intake;

import static io.leasehold.events.intake.Readings.CREATED;
import static io.leasehold.events.intake.Readings.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.leasehold.events.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityRulesTest {
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
    void step5RefusesAKeyThatIsNotTheTenant() {
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
    void step4RefusesGenerationsThatAreNone(String field, ErrorCode code) {
        assertRefused(
                Records.created(Records.validData().replace("\"generation\":1,", field)), code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.0", "\"1\"", "null", "18446744073709551616"})
    void step4RefusesIncarnationsThatAreNone(String incarnation) {
        assertRefused(
                Records.created(
                        Records.validData()
                                .replace("\"incarnation\":1", "\"incarnation\":" + incarnation)),
                ErrorCode.INCARNATION_INVALID);
    }

    @Test
    void step4TakesNoGenerationFromASourceThatIsOrderedByPosition() {
        EventReader byPosition = new EventReader((_, _) -> Ordering.POSITION);
        String without = Records.validData().replace("\"generation\":1,", "");

        assertThat(byPosition.read(Records.created(without))).isInstanceOf(Reading.Accepted.class);
        assertThat(byPosition.read(Records.created(Records.validData())))
                .asInstanceOf(type(Reading.Refused.class))
                .returns(ErrorCode.GENERATION_INVALID, Reading.Refused::code);
    }

    @Test
    void leavesItToTheLedgerWhetherThereMustBeAGeneration() {
        EventReader untold = new EventReader((_, _) -> Ordering.LEFT_TO_LEDGER);
        String without = Records.validData().replace("\"generation\":1,", "");

        assertThat(untold.read(Records.created(without))).isInstanceOf(Reading.Accepted.class);
        assertThat(untold.read(Records.created(Records.validData())))
                .isInstanceOf(Reading.Accepted.class);
        assertThat(untold.read(Records.created(Records.validData().replace(":1,", ":0,"))))
                .isInstanceOf(Reading.Refused.class);
    }

    @ParameterizedTest
    @CsvSource({
        "created, deleted",
        "updated, deleted",
        "suspended, active",
        "resumed, suspended",
        "deleted, active"
    })
    void step4RefusesATypeAndALifecycleThatDisagree(String verb, String lifecycle) {
        assertRefused(
                Records.typed(
                        "io.leasehold.tenant." + verb + ".v1",
                        Records.validData().replace("active", lifecycle)),
                ErrorCode.LIFECYCLE_MISMATCH);
    }
}
