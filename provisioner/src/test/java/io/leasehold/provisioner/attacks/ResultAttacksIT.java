package io.leasehold.provisioner.attacks;

import static io.leasehold.provisioner.attacks.Attack.PRINTED_SECRET;
import static io.leasehold.provisioner.attacks.Attack.REPLACED_RESULT;
import static io.leasehold.provisioner.attacks.Defence.FILTER;
import static io.leasehold.provisioner.attacks.Defence.OWN_DIRECTORY_OF_RESULTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.leasehold.provisioner.attacks.Ran.Attempt;
import io.leasehold.provisioner.sandbox.Rights;
import io.leasehold.provisioner.tofu.RunInputs;
import io.leasehold.provisioner.tofu.Secret;
import io.leasehold.provisioner.workshop.Worker;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A module wants the worker itself to read or to print what it must not. */
@Timeout(60)
class ResultAttacksIT {

    /** With all that one way or another of writing it down writes in another way. */
    private static final String SECRET = "p\"ss<w&rd>/ü\\+1";

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // JUnit calls start before each test.
    private AttackedWorkers workers;

    @BeforeEach
    void start() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        workers = new AttackedWorkers(directory, Map.of());
    }

    @AfterEach
    void stop() {
        workers.close();
    }

    @Test
    @Against(REPLACED_RESULT)
    void whatTheWorkerReadsIsTheFileItMade() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), "kafka password");

        Ran ran =
                workers.run(
                        Set.of(),
                        List.of(
                                "replace=/work/errored.tfstate>" + secret,
                                "replace=/work/errored.tfstate>fifo"));

        assertThat(ran.attempts().values()).hasSize(2).noneMatch(Attempt::done);
        assertThat(ran.result().succeeded()).isTrue();
        assertThat(ran.result().left().erroredState()).isEmpty();

        assumeTrue(Rights.root(), "defences are left out where the worker is root");
        // The second line of defence: the worker follows no link and waits for no pipe, and says
        // that it found one. The filter lets nobody make a pipe.
        Set<Defence> piped = Set.of(OWN_DIRECTORY_OF_RESULTS, FILTER);
        isSaid(REPLACED_RESULT.defences(), "replace=/results/out-errored-state>" + secret);
        isSaid(piped, "replace=/results/out-errored-state>fifo");
        String status = "replace=/results/status>fifo";
        Ran blind = workers.run(piped, List.of(status));
        assertThat(blind.attempt(status).done()).as(blind.toString()).isTrue();
        assertThat(blind.result().succeeded()).isTrue();
    }

    private void isSaid(Set<Defence> without, String replaced) {
        Ran ran = new Ran();
        assertThatIllegalStateException()
                .isThrownBy(() -> workers.run(ran, without, List.of(replaced), Worker.inputs()))
                .havingCause()
                .withMessage(
                        "the run has put something else in the place of its file errored-state");
        assertThat(ran.attempt(replaced).done()).as(ran.toString()).isTrue();
    }

    @Test
    @Against(PRINTED_SECRET)
    void aSecretIsHiddenInWhateverFormItIsPrinted() throws Exception {
        List<String> forms =
                List.of(
                        SECRET,
                        Base64.getEncoder().encodeToString(bytes()),
                        URLEncoder.encode(SECRET, StandardCharsets.UTF_8),
                        "p\\\"ss\\u003cw\\u0026rd\\u003e/ü\\\\+1");

        String log = printed(Map.of(), Map.of("PRINTED", new Secret(SECRET)));
        assertThat(log).contains("raw (hidden)", "base64 (hidden)", "url (hidden)", "json \"(hid");
        assertThat(forms).noneMatch(log::contains);

        String unmasked = printed(Map.of("PRINTED", SECRET), Map.of());
        assertThat(forms).as(unmasked).allMatch(unmasked::contains);
    }

    private static byte[] bytes() {
        return SECRET.getBytes(StandardCharsets.UTF_8);
    }

    private String printed(Map<String, String> env, Map<String, Secret> secretEnv)
            throws Exception {
        RunInputs inputs = new RunInputs(Worker.variables(), env, secretEnv, Set.of());
        return String.join("\n", workers.run(Set.of(), List.of("say=PRINTED"), inputs).log());
    }
}
