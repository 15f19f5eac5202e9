package io.leasehold.provisioner.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.provisioner.sandbox.ProbeList.Check;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the probe program says, beside what must hold. */
class ProbeJudgementTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<Arguments> lists() throws Exception {
        ProbeList.Bait bait =
                new ProbeList.Bait(1, Path.of("/canary"), Path.of("/given"), Path.of("/shared"));
        Path directory = Path.of("/runs");
        SandboxConfig own = Attempts.config(directory, Map.of());
        SandboxConfig landlock = Attempts.config(directory, Attempts.of(Tier.LANDLOCK));
        SandboxConfig none = Attempts.config(directory, Attempts.of(Tier.NONE));
        Layout root = new Layout(Optional.of(directory));
        return Stream.of(
                        new BubblewrapChecks(own, Privilege.ROOT, Cgroups.of(own)),
                        new InPlaceChecks(landlock, root, Cgroups.of(landlock)),
                        new InPlaceChecks(none, root, Cgroups.of(none)))
                .map(list -> Arguments.of(list.checks(bait)));
    }

    private static String said(List<Check> checks, Check other) {
        return checks.stream()
                .map(check -> tried(check, check.mustBePossible() != check.equals(other), ""))
                .collect(Collectors.joining("\n"));
    }

    private static String tried(Check check, String said) {
        return tried(check, check.mustBePossible(), said);
    }

    private static String tried(Check check, boolean done, String said) {
        return JSON.createObjectNode()
                .put("try", check.attempt())
                .put("done", done)
                .put("said", said)
                .toString();
    }

    @ParameterizedTest
    @CsvSource({
        "LEASEHOLD_TOKEN HOME PATH, LEASEHOLD_TOKEN",
        "SSL_CERT_FILE CERT_FILE S_PROXY HTTPS_PROXY TMPDIR OLDPWD LANG PWD KEY,",
        "ZEBRA HTTP_PROXY, HTTP_PROXY",
    })
    void theWorkersEnvironmentIsLookedForByANameThatNoProgramIsGiven(
            String names, @Nullable String expected) {
        assertThat(CommonChecks.ours(Set.of(names.split(" "))))
                .isEqualTo(Optional.ofNullable(expected));
    }

    @ParameterizedTest
    @MethodSource("lists")
    void noValueOfTheWorkersEnvironmentIsOnACommandLine(List<Check> checks) {
        assertThat(checks)
                .filteredOn(check -> check.attempt().startsWith("environ="))
                .allSatisfy(check -> assertThat(check.attempt()).matches("environ=[^=]{5,}="));
    }

    @ParameterizedTest
    @MethodSource("lists")
    void oneThatIsNotAsItMustBeIsNamedAndSoIsOneThatWasNotTried(List<Check> checks)
            throws Exception {
        Check none = Check.never("", "");
        assertThat(SandboxProbe.judge(checks, said(checks, none), "held"))
                .isEqualTo(new ProbeResult.Ok("held"));
        for (Check check : checks) {
            assertThat(SandboxProbe.judge(checks, said(checks, check), "held"))
                    .isInstanceOfSatisfying(
                            ProbeResult.Failed.class,
                            failed -> assertThat(failed.part()).isEqualTo(check.part()));
            String unknown =
                    said(checks, none).replace(tried(check, ""), tried(check, "unknown verb"));
            assertThat(SandboxProbe.judge(checks, unknown, "held"))
                    .isInstanceOfSatisfying(
                            ProbeResult.Failed.class,
                            failed -> assertThat(failed.remedy()).contains("same version"));
            String untried =
                    said(checks, none)
                            .replace(
                                    tried(check, ""),
                                    tried(
                                            check,
                                            "could not try: resource temporarily unavailable"));
            assertThat(SandboxProbe.judge(checks, untried, "held"))
                    .isInstanceOfSatisfying(
                            ProbeResult.Failed.class,
                            failed -> assertThat(failed.part()).contains("could not try"));
            List<Check> others = checks.stream().filter(other -> !other.equals(check)).toList();
            assertThat(SandboxProbe.judge(checks, said(others, none), "held"))
                    .isInstanceOfSatisfying(
                            ProbeResult.Failed.class,
                            failed -> assertThat(failed.part()).contains("did not try"));
        }
    }
}
