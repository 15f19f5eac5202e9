package io.leasehold.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerLogTest {
    private static final String HEAD = "2026-05-04 12:00:01.250 UTC [17507] LOG:  ";

    @Test
    void aMarkedRoleIsReadWithItsMarks() {
        assertThat(
                        ServerLog.write(
                                HEAD
                                        + "statement: ALTER ROLE \"chaos_t0003_1_last\" SET search_path TO"
                                        + " \"m7\", \"aa81f\", \"i0797\""))
                .contains(
                        new Write(
                                Instant.parse("2026-05-04T12:00:01.250Z"),
                                "17507",
                                new Life("t0003", 1),
                                Write.Kind.MARKED,
                                true,
                                new Marks(7, "aa81f", "i0797")));
    }

    @Test
    void rolesAreSeenToComeAndGo() {
        assertThat(ServerLog.write(HEAD + "statement: CREATE ROLE \"chaos_a-b_2\" WITH NOLOGIN"))
                .map(Write::kind)
                .contains(Write.Kind.MADE);
        assertThat(ServerLog.write(HEAD + "statement: DROP ROLE \"chaos_a-b_2\""))
                .map(Write::life)
                .contains(new Life("a-b", 2));
        assertThat(ServerLog.write(HEAD + "execute <unnamed>: DROP ROLE IF EXISTS \"chaos_a-b_2\""))
                .map(Write::kind)
                .contains(Write.Kind.DROPPED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                HEAD + "statement: CREATE ROLE \"tenant_acme\" WITH LOGIN",
                HEAD + "statement: ALTER ROLE \"chaos_t0003_1\" NOLOGIN",
                HEAD + "disconnection: session time: 0:00:00.010",
                "\tSET search_path TO \"m7\", \"aa81f\", \"i0797\"",
                ""
            })
    void whatMarksNothingOfOursIsLeftOut(String line) {
        assertThat(ServerLog.write(line)).isEmpty();
    }
}
