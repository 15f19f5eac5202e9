package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.leasehold.ledger.api.Claim;
import io.leasehold.provisioner.tofu.Diagnostic;
import io.leasehold.provisioner.tofu.Diagnostic.Severity;
import io.leasehold.provisioner.tofu.RunInputs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AdoptionTest {
    private static final Diagnostic ROLE_EXISTS =
            new Diagnostic(
                    Severity.ERROR,
                    "error creating role",
                    "pq: role \"tenant_acme\" already exists",
                    Optional.of("postgresql_role.tenant"));

    @Test
    void takes_over_what_exists_already_after_an_interrupted_run() {
        Adoption adoption = new Adoption(claim(true));

        adoption.learn(List.of(ROLE_EXISTS));

        assertThat(adoption.learned()).isTrue();
        RunInputs inputs =
                adoption.with(
                        new RunInputs(
                                JsonNodeFactory.instance.objectNode().put("tenant_id", "acme"),
                                Map.of(),
                                Map.of(),
                                Set.of()));
        assertThat(inputs.variables())
                .hasToString(
                        "{\"tenant_id\":\"acme\",\"platform_adopt\":[\"postgresql_role.tenant\"]}");
    }

    @Test
    void takes_over_nothing_twice_so_that_it_comes_to_an_end() {
        Adoption adoption = new Adoption(claim(true));
        adoption.learn(List.of(ROLE_EXISTS));
        assertThat(adoption.learned()).isTrue();

        adoption.learn(List.of(ROLE_EXISTS));

        assertThat(adoption.learned()).isFalse();
    }

    @Test
    void takes_over_nothing_of_others_where_no_run_was_interrupted() {
        Adoption adoption = new Adoption(claim(false));

        adoption.learn(List.of(ROLE_EXISTS));

        assertThat(adoption.learned()).isFalse();
    }

    @Test
    void leaves_other_failures_alone() {
        Adoption adoption = new Adoption(claim(true));

        adoption.learn(
                List.of(
                        new Diagnostic(
                                Severity.ERROR,
                                "connection refused",
                                "",
                                Optional.of("postgresql_role.tenant"))));

        assertThat(adoption.learned()).isFalse();
    }

    private static Claim claim(boolean interrupted) {
        return interrupted
                ? Claims.interrupted("acme", "database")
                : Claims.apply("acme", "database", false);
    }
}
