package io.leasehold.events.intake;

import static io.leasehold.events.intake.Readings.CREATED;
import static io.leasehold.events.intake.Readings.assertRefused;
import static io.leasehold.events.intake.Readings.bytes;
import static io.leasehold.events.intake.Readings.variable;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.events.ErrorCode;
import io.leasehold.events.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not JSON, or too much of it. */
class BadJsonTest {
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

    @Test
    void step2RefusesMoreThan64KiB() {
        Reading.Refused refused =
                assertRefused(bytes(new byte[65 * 1024]), ErrorCode.LIMIT_EXCEEDED);

        assertThat(refused.reason()).contains("66560").contains("65536");
    }

    @Test
    void step2RefusesTooManyOrTooLargeHeaders() {
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
}
