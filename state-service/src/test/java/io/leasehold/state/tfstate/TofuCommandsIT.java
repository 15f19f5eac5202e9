package io.leasehold.state.tfstate;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every command of tofu that speaks with a backend, and what it asks for, as the audit has it. A
 * read is there only where there was a state to read.
 */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class TofuCommandsIT {
    private static final String LOOKS = "lock-state read-state unlock-state";
    private static final String CHANGES = "lock-state read-state write-state unlock-state";

    @TempDir Path folder;
    @Inject Ledger ledger;

    private BackendStack stack;
    private Tofu tofu;

    @BeforeEach
    void initialise() throws Exception {
        stack = new BackendStack(ledger);
        tofu = new Tofu(folder, stack.person.base() + stack.path);
        tofu.module(Tofu.MODULE);
        tofu.run("init").succeeded();
    }

    @Test
    void theFirstApplyWritesTheFirstState() throws Exception {
        tofu.run("apply -auto-approve").succeeded();

        assertThat(stack.audited()).isEqualTo("lock-state write-state unlock-state");
        assertThat(stack.versions()).containsExactly("PERSON 1");
    }

    @Test
    void whatOnlyReadsTakesNoLock() throws Exception {
        applied();
        for (String command :
                List.of(
                        "init -reconfigure",
                        "output -raw word",
                        "show",
                        "state list",
                        "state show terraform_data.thing",
                        "state pull",
                        "graph",
                        "providers",
                        "plan -lock=false",
                        "validate",
                        "version")) {
            tofu.run(command).succeeded();
        }

        assertThat(asked()).isNotEmpty().containsOnly("read-state");
        assertThat(stack.versions()).containsExactly("PERSON 1");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "plan,                                                       " + LOOKS,
        "plan -refresh-only,                                         " + LOOKS,
        "plan -destroy,                                              " + LOOKS,
        "apply -auto-approve,                                        " + LOOKS,
        "console,                                                    " + LOOKS,
        "apply -auto-approve -var word=two,                          " + CHANGES,
        "apply -auto-approve -replace terraform_data.first,          " + CHANGES,
        "apply -destroy -auto-approve,                               " + CHANGES,
        "destroy -auto-approve,                                      " + CHANGES,
        "refresh,                                                    " + LOOKS,
        "state mv terraform_data.thing terraform_data.other,         " + CHANGES,
        "state rm terraform_data.thing,                              " + CHANGES,
        "state replace-provider -auto-approve terraform.io/builtin/terraform example.com/a/b, "
                + CHANGES,
        "taint terraform_data.thing,                                 " + CHANGES
    })
    void whatMayChangeTheStateDoesItUnderTheLock(String command, String asked) throws Exception {
        applied();

        tofu.run(command).succeeded();

        assertThat(String.join(" ", asked())).isEqualTo(asked);
        assertThat(locks()).isEmpty();
    }

    @Test
    void whatIsTaintedCanBeUntaintedAndWhatIsRemovedCanBeImported() throws Exception {
        applied();

        tofu.run("taint terraform_data.thing").succeeded();
        tofu.run("untaint terraform_data.thing").succeeded();
        tofu.run("state rm terraform_data.first").succeeded();
        tofu.run("import terraform_data.first 5f3c").succeeded();

        assertThat(tofu.run("state pull").output()).contains("5f3c");
        assertThat(stack.versions())
                .containsExactly("PERSON 1", "PERSON 2", "PERSON 3", "PERSON 4", "PERSON 5");
        assertThat(locks()).isEmpty();
    }

    @Test
    void aPlanIsAppliedToTheStateItWasMadeForAndToNoOther() throws Exception {
        applied();
        tofu.run("plan -out now -var word=two").succeeded();
        tofu.run("plan -out late -var word=three").succeeded();

        tofu.run("apply now").succeeded();

        assertThat(tofu.run("apply late").failed().output()).contains("stale");
        assertThat(tofu.run("output -raw word").output()).isEqualTo("two");
    }

    @Test
    void thereIsOneStatePerAddressAndNoWorkspace() throws Exception {
        applied();

        for (String command : List.of("workspace list", "workspace new other")) {
            assertThat(tofu.run(command).failed().output()).contains("workspaces not supported");
        }

        assertThat(asked()).isEmpty();
    }

    // ── what the tests say ──────────────────────────────────────────────────────────────────────

    private final List<String> before = new ArrayList<>();

    private void applied() throws Exception {
        tofu.run("apply -auto-approve").succeeded();
        before.addAll(List.of(stack.audited().split(" ")));
    }

    /** What was asked for since the apply. */
    private List<String> asked() {
        List<String> all = List.of(stack.audited().split(" "));
        return all.subList(before.size(), all.size());
    }

    private List<Object> locks() {
        return ledger.column("select lock_id from state_lock where tenant_id = ?", stack.tenant);
    }
}
