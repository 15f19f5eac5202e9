package io.leasehold.state.tfstate;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** States that people move about with their own tofu, and how that tofu shows who it is. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class TofuStatesIT {
    private static final String ENCRYPTION =
            """
            key_provider "pbkdf2" "p" {
              passphrase = "a passphrase of some length"
              iterations = 200000
            }
            method "aes_gcm" "m" {
              keys = key_provider.pbkdf2.p
            }
            method "unencrypted" "u" {}
            state {
              method = method.aes_gcm.m
              fallback {
                method = method.unencrypted.u
              }
            }
            """;

    @TempDir Path folder;
    @Inject Ledger ledger;

    private BackendStack stack;
    private Tofu tofu;

    @BeforeEach
    void initialise() throws Exception {
        stack = new BackendStack(ledger);
        tofu = new Tofu(folder, address());
        tofu.module(Tofu.MODULE);
        tofu.run("init").succeeded();
    }

    /** Forced, tofu sends the older state under the newer serial. */
    @Test
    void aStateThatWasPulledCanBePushedBackAndAnOlderOneOnlyByForce() throws Exception {
        tofu.run("apply -auto-approve").succeeded();
        pull("old.json");
        tofu.run("apply -auto-approve -var word=two").succeeded();
        pull("new.json");

        tofu.run("state push new.json").succeeded();
        tofu.run("state push old.json").failed();
        assertThat(tofu.run("output -raw word").output()).isEqualTo("two");
        tofu.run("state push -force old.json").succeeded();

        assertThat(tofu.run("output -raw word").output()).isEqualTo("one");
        assertThat(stack.versions()).containsExactly("PERSON 1", "PERSON 2", "PERSON 2");
    }

    /** Tofu's own -force asks only its own side; the address says that the service is meant too. */
    @Test
    void aStateOfAnotherLineageIsPushedOnlyWhenBothSidesAreForced() throws Exception {
        tofu.run("apply -auto-approve").succeeded();
        Files.writeString(folder.resolve("other.json"), BackendStack.state("other", 1, "foreign"));
        Tofu forced = tofu.with("TF_HTTP_ADDRESS", address() + "?reason=brought+over");

        tofu.run("state push other.json").failed();
        assertThat(tofu.run("state push -force other.json").failed().output()).contains("409");
        forced.run("state push other.json").failed();
        assertThat(stack.versions()).containsExactly("PERSON 1");
        forced.run("state push -force other.json").succeeded();

        assertThat(tofu.run("state pull").output()).contains("foreign");
        assertThat(stack.audited()).contains("force-write-state");
    }

    /** The same, said once for all pushes by the backend's configuration. */
    @Test
    void aStateOfAnotherLineageIsPushedByForceWithTheReasonInAHeader() throws Exception {
        tofu.run("apply -auto-approve").succeeded();
        Files.writeString(folder.resolve("other.json"), BackendStack.state("other", 1, "foreign"));
        tofu.module(
                Tofu.MODULE.replace(
                        "backend \"http\" {}",
                        "backend \"http\" {\n headers = { Leasehold-Reason = \"brought over\" }\n}"));
        tofu.run("init -reconfigure").succeeded();

        tofu.run("state push other.json").failed();
        tofu.run("state push -force other.json").succeeded();

        assertThat(tofu.run("state pull").output()).contains("foreign");
        assertThat(stack.audited()).contains("force-write-state");
    }

    @Test
    void aStateThatTofuEncryptsIsKeptAsItComes() throws Exception {
        tofu.run("apply -auto-approve").succeeded();
        Tofu sealing = tofu.with("TF_ENCRYPTION", ENCRYPTION);

        sealing.run("apply -auto-approve -var word=two").succeeded();

        assertThat(stack.get().body()).contains("encrypted_data").doesNotContain("two");
        assertThat(sealing.run("output -raw word").output()).isEqualTo("two");
        sealing.run("apply -auto-approve -var word=three").succeeded();
        sealing.run("state rm terraform_data.first").succeeded();
        tofu.run("plan").failed();
        assertThat(stack.versions()).hasSize(4);
    }

    @Test
    void aTokenMayComeAsAHeaderOfTheBackend() throws Exception {
        tofu.module(
                Tofu.MODULE.replace(
                        "backend \"http\" {}",
                        "backend \"http\" {\n headers = { Authorization = \"Bearer %s\" }\n}"
                                .formatted(TestTokens.OPERATOR)));
        Tofu bearer = tofu.without("TF_HTTP_USERNAME", "TF_HTTP_PASSWORD");

        bearer.run("init -reconfigure").succeeded();
        bearer.run("apply -auto-approve").succeeded();

        assertThat(stack.versions()).containsExactly("PERSON 1");
    }

    @Test
    void aTokenThatIsNotKnownOrMayNotIsAnAuthenticationErrorAndIsNotShown() throws Exception {
        for (String token : new String[] {"wrong-token", TestTokens.VIEWER}) {
            Tofu.Ended refused = tofu.with("TF_HTTP_PASSWORD", token).run("plan").failed();

            assertThat(refused.output()).containsIgnoringCase("auth").doesNotContain(token);
        }
    }

    /** Locks are asked for at addresses of their own: without them tofu takes none. */
    @Test
    void withoutLockAddressesNothingIsWritten() throws Exception {
        Tofu lockless = tofu.without("TF_HTTP_LOCK_ADDRESS", "TF_HTTP_UNLOCK_ADDRESS");

        lockless.run("plan").succeeded();
        assertThat(lockless.run("apply -auto-approve").failed().output()).contains("409");

        assertThat(stack.versions()).isEmpty();
    }

    private String address() {
        return stack.person.base() + stack.path;
    }

    private void pull(String file) throws Exception {
        Files.writeString(folder.resolve(file), tofu.run("state pull").succeeded().output());
    }
}
