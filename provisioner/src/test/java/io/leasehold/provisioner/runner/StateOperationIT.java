package io.leasehold.provisioner.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.StateOperation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What operators ask tofu to do to a state, done by the real one to a tenant with real things. */
@Timeout(120)
class StateOperationIT {
    private static final String ROLE = "postgresql_role.tenant";

    @TempDir Path folder;

    @SuppressWarnings("NullAway.Init") // JUnit calls start before each test.
    private RealTenant tenant;

    @BeforeEach
    void aTenantThatStands() throws Exception {
        tenant = new RealTenant(folder);
        assertThat(tenant.run(Claims.apply(tenant.id(), "database", true)))
                .isInstanceOf(RunEnding.Succeeded.class);
        assertThat(addresses()).contains(ROLE);
    }

    @AfterEach
    void stop() {
        tenant.close();
    }

    @Test
    void whatIsMovedStandsAtItsNewAddress() throws Exception {
        long before = serial();

        RunEnding ending =
                ends(new StateOperation.Move(ROLE, "module.own[\"a b\"].postgresql_role.me[0]"));

        assertThat(ending)
                .isInstanceOfSatisfying(
                        RunEnding.Succeeded.class,
                        well -> assertThat(well.stored()).hasValue(md5(tenant.state())));
        assertThat(addresses())
                .contains("module.own[\"a b\"].postgresql_role.me")
                .doesNotContain(ROLE);
        assertThat(serial()).isGreaterThan(before);
        assertThat(tenant.things()).isEqualTo(2);
    }

    @Test
    void whatIsRemovedIsForgottenAndStays() throws Exception {
        assertThat(ends(new StateOperation.Remove(List.of("postgresql_database.tenant", ROLE))))
                .isInstanceOf(RunEnding.Succeeded.class);

        assertThat(addresses()).doesNotContain(ROLE, "postgresql_database.tenant");
        assertThat(tenant.things()).isEqualTo(2);
    }

    @Test
    void whatExistsIsImportedByTheProviderWithTheStacksInputsAndCredentials() throws Exception {
        ends(new StateOperation.Remove(List.of(ROLE)));

        assertThat(ends(new StateOperation.Import(ROLE, tenant.name())))
                .isInstanceOf(RunEnding.Succeeded.class);

        assertThat(addresses()).contains(ROLE);
    }

    @Test
    void whatTofuWillNotDoFailsInItsWordsAndChangesNothing() throws Exception {
        String before = tenant.state();

        assertThat(failure(new StateOperation.Move("postgresql_role.no", ROLE)))
                .contains("Invalid source address", "postgresql_role.no");
        assertThat(failure(new StateOperation.Remove(List.of("-lock=false"))))
                .contains("Variable name required");
        assertThat(failure(new StateOperation.Import(ROLE, tenant.name())))
                .contains("already managed");
        assertThat(failure(new StateOperation.Import("postgresql_role.other", "x")))
                .contains("does not exist in the configuration");

        assertThat(tenant.state()).isEqualTo(before);
    }

    @Test
    void aStateThatIsNotTakenFailsTheRun() throws Exception {
        tenant.states().refusing(true);

        assertThat(ends(new StateOperation.Remove(List.of(ROLE))))
                .isInstanceOfSatisfying(
                        RunEnding.Failed.class,
                        failed ->
                                assertThat(failed.code()).isEqualTo(ErrorCode.STATE_WRITE_FAILED));

        assertThat(addresses()).contains(ROLE);
    }

    private RunEnding ends(StateOperation operation) throws Exception {
        return tenant.run(Claims.operation(tenant.id(), "database", operation));
    }

    private String failure(StateOperation operation) throws Exception {
        RunEnding ending = ends(operation);
        assertThat(ending).isInstanceOf(RunEnding.Failed.class);
        return ending.toString();
    }

    private static String md5(String state) {
        return HexFormat.of()
                .formatHex(Base64.getDecoder().decode(Md5.base64(state.getBytes(UTF_8))));
    }

    private JsonNode state() throws IOException {
        return new ObjectMapper().readTree(tenant.state());
    }

    private long serial() throws IOException {
        return state().path("serial").asLong();
    }

    /** Of resources; the keys of their instances are left out. */
    private List<String> addresses() throws IOException {
        return state().path("resources")
                .valueStream()
                .map(one -> {
                    String module = one.path("module").asText("");
                    return (module.isEmpty() ? "" : module + ".")
                            + one.path("type").asText()
                            + "."
                            + one.path("name").asText();
                })
                .toList();
    }
}
