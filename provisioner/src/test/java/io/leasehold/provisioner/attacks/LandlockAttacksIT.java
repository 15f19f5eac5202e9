package io.leasehold.provisioner.attacks;

import static io.leasehold.provisioner.attacks.Attack.BECOMING_ROOT;
import static io.leasehold.provisioner.attacks.Attack.ENGINES_SOCKET;
import static io.leasehold.provisioner.attacks.Attack.FORK_BOMB;
import static io.leasehold.provisioner.attacks.Attack.FULL_TMP;
import static io.leasehold.provisioner.attacks.Attack.LASTING_PROCESS;
import static io.leasehold.provisioner.attacks.Attack.MANY_FILES;
import static io.leasehold.provisioner.attacks.Attack.MEMORY_HOG;
import static io.leasehold.provisioner.attacks.Attack.PRINTED_SECRET;
import static io.leasehold.provisioner.attacks.Attack.REPLACED_RESULT;
import static io.leasehold.provisioner.attacks.Attack.SET_USER_ID;
import static io.leasehold.provisioner.attacks.Attack.UNPACKED_BOMB;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.provisioner.attacks.Ran.Attempt;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.sandbox.Rights;
import io.leasehold.provisioner.sandbox.Tier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The attack table against the tier that has no namespaces, with the tier that has nothing beside
 * it: what Landlock keeps off works there.
 */
@Timeout(60)
class LandlockAttacksIT {

    /** What it does not keep off, and docs/attacks.md says so. */
    private static final Set<Attack> NOT_CONTAINED =
            EnumSet.of(ENGINES_SOCKET, MANY_FILES, FULL_TMP, UNPACKED_BOMB);

    /** Tried in another way, in tests of their own here or for all tiers. */
    private static final Set<Attack> ELSEWHERE =
            EnumSet.of(
                    FORK_BOMB,
                    MEMORY_HOG,
                    REPLACED_RESULT,
                    SET_USER_ID,
                    BECOMING_ROOT,
                    PRINTED_SECRET,
                    LASTING_PROCESS);

    /** Many kernels are built without it. */
    private static final String ALG = "call=alg";

    @TempDir Path directory;

    private AttackedWorkers workers(Tier tier) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new AttackedWorkers(
                Files.createDirectories(directory.resolve(tier.name())), Rights.settingsOf(tier));
    }

    @Test
    void theTableIsContainedButForWhatThePageSays() throws Exception {
        try (AttackedWorkers workers = workers(Tier.LANDLOCK);
                Bait bait = new Bait(Files.createDirectory(directory.resolve("bait")))) {
            List<Attack> tried =
                    Stream.of(Attack.values()).filter(one -> !ELSEWHERE.contains(one)).toList();
            Map<Attack, List<String>> tries = new EnumMap<>(Attack.class);
            for (Attack attack : tried) {
                List<String> own = new ArrayList<>();
                for (String one : tries(bait, attack)) {
                    own.add(bait.isAt(one) ? one : workers.inPlace(one));
                }
                tries.put(attack, own);
            }
            Ran ran = workers.run(Set.of(), tries.values().stream().flatMap(List::stream).toList());

            assertThat(ran.result().outcome())
                    .as(ran.toString())
                    .isEqualTo(new ProcessOutcome.Exited(0));
            for (Attack attack : tried) {
                boolean possible =
                        Objects.requireNonNull(tries.get(attack)).stream()
                                .anyMatch(one -> ran.attempt(one).done());
                assertThat(possible)
                        .as("%02d %s", attack.number(), ran)
                        .isEqualTo(NOT_CONTAINED.contains(attack));
            }
        }
    }

    private static List<String> tries(Bait bait, Attack attack) {
        return bait.tries(attack, Set.of());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BUBBLEWRAP")
    void aPortThatIsNotAllowedIsReachedInNoWayAndNoneIsBound(Tier tier) throws Exception {
        try (AttackedWorkers workers = workers(tier);
                ServerSocket other = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + other.getLocalPort();
            List<String> tries = new ArrayList<>();
            tries.add("dial=" + address);
            tries.add("dial-mptcp=" + address);
            tries.add("dial-fast-open=" + address);
            tries.add("listen=127.0.0.1:0");

            Map<String, Attempt> attempts = workers.run(Set.of(), tries).attempts();

            assertThat(attempts).hasSize(tries.size());
            assertThat(attempts)
                    .allSatisfy((tried, attempt) ->
                            assertThat(attempt.done())
                                    .as(tried + " " + attempt.said())
                                    .isEqualTo(tier == Tier.NONE));
        }
    }

    /** Whoever else is on the machine gets as far as to the port. */
    @Test
    void theStateIsForWhomeverWasToldThePassword() throws Exception {
        try (AttackedWorkers workers = workers(Tier.LANDLOCK)) {
            Ran ran = workers.run(Set.of(), List.of("state=/state"));

            assertThat(ran.attempt("state=/state").said()).startsWith("HTTP/1.1 401");
            assertThat(ran.result().state().accepted()).isEqualTo(1);
        }
    }

    @Test
    void aResultIsTheFileThatTheWorkerMade() throws Exception {
        try (AttackedWorkers workers = workers(Tier.LANDLOCK)) {
            Path secret = Files.writeString(directory.resolve("secret"), "kafka password");
            Ran ran =
                    workers.run(
                            Set.of(),
                            List.of(
                                    "replace=errored.tfstate>" + secret,
                                    "replace=errored.tfstate>fifo"));

            assertThat(ran.attempts().values()).hasSize(2).noneMatch(Attempt::done);
            assertThat(ran.result().left().erroredState()).isEmpty();
        }
    }

    @Test
    void whatIsRefusedHereWorksWithoutASandbox() throws Exception {
        try (AttackedWorkers workers = workers(Tier.NONE);
                Bait bait = new Bait(Files.createDirectory(directory.resolve("bait")))) {
            List<Attack> harmless =
                    List.of(
                            Attack.WORKERS_ENVIRONMENT,
                            Attack.WORKERS_SECRET_FILE,
                            Attack.SERVICE_ACCOUNT_TOKEN,
                            Attack.WORKERS_LOOPBACK,
                            Attack.ABSTRACT_SOCKET,
                            Attack.SIGNAL_TO_WORKER,
                            Attack.KEYRING,
                            Attack.IO_URING,
                            Attack.RARE_SOCKETS,
                            Attack.FAULT_HANDLER);
            List<String> tries = new ArrayList<>();
            for (Attack attack : harmless) {
                tries.addAll(tries(bait, attack));
            }
            if (!Outside.offers(workers.program(), ALG, false)) {
                tries.remove(ALG);
            }
            Ran ran = workers.run(Set.of(), tries);

            assertThat(ran.attempts().values()).hasSameSizeAs(tries).allMatch(Attempt::done);
        }
    }
}
