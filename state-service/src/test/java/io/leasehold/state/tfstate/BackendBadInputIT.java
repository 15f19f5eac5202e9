package io.leasehold.state.tfstate;

import static io.leasehold.state.tfstate.BackendStack.state;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.state.Ledger;
import io.leasehold.state.LogWatch;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What should not come in, each with its clear refusal: nothing is stored, the lock stays whose it
 * was, and neither an answer nor the log says what the body held.
 */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class BackendBadInputIT {
    private static final String INPUTS = "io.leasehold.state.tfstate.BadInput#";

    @Inject Ledger ledger;

    @ParameterizedTest(name = "{0}")
    @MethodSource({
        INPUTS + "states",
        INPUTS + "locks",
        INPUTS + "paths",
        INPUTS + "credentials",
        INPUTS + "http"
    })
    void isRefused(BadInput bad) throws Exception {
        BackendStack stack = new BackendStack(ledger);
        stack.lock("a");
        assertThat(stack.push("a", state("lin", 5, "first")).status()).isEqualTo(204);
        try (LogWatch log = LogWatch.begin()) {
            for (String method : bad.methods().split(" ")) {
                RawConnection.Answer answer = ask(stack, method, bad);

                assertThat(answer.status()).as(method + answer.body()).isEqualTo(bad.status());
                assertThat(answer.body())
                        .doesNotContain(BadInput.CANARY, "Exception", "io.leasehold");
                if (!bad.code().isEmpty()) {
                    assertThat(new ObjectMapper().readTree(answer.body()).path("code").asText())
                            .isEqualTo(bad.code());
                    assertThat(answer.head()).contains("application/problem+json");
                }
            }
            assertThat(log.text()).doesNotContain(BadInput.CANARY);
            assertThat(log.errors()).isEmpty();
        }
        assertThat(
                        ledger.column(
                                "select serial from state_version where tenant_id = ?",
                                stack.tenant))
                .containsExactly(5L);
        assertThat(
                        ledger.column(
                                "select lock_id from state_lock where tenant_id = ?", stack.tenant))
                .containsExactly("a");
        assertThat(ledger.column("select tenant_id from state_version where tenant_id like 'kit%'"))
                .isEmpty();
    }

    private static RawConnection.Answer ask(BackendStack stack, String method, BadInput bad)
            throws Exception {
        try (RawConnection connection = RawConnection.to(stack.person.base())) {
            connection.send(
                    "%s %s HTTP/1.1\r\nHost: x\r\n%s\r\n%s"
                            .formatted(
                                    method,
                                    bad.target().replace(BadInput.PATH, stack.path),
                                    bad.headers(),
                                    bad.body()));
            return connection.answer();
        }
    }
}
