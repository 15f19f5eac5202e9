package io.leasehold.provisioner.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.leasehold.provisioner.attacks.Ran.Attempt;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.sandbox.Rights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Attacks of one kind. Those that are tried against the same sandbox are tried in one run, since
 * what takes time is tofu.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AttackSuite {

    private final List<Attack> kind;
    private final Map<Set<Defence>, Map<String, Attempt>> known = new HashMap<>();

    @SuppressWarnings("NullAway.Init") // JUnit calls start before the tests.
    private AttackedWorkers workers;

    @SuppressWarnings("NullAway.Init") // JUnit calls start before the tests.
    private Bait bait;

    AttackSuite(Attack... kind) {
        this.kind = List.of(kind);
    }

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        // Its files stand open to those that get as far as to them.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        workers = new AttackedWorkers(directory, Map.of());
        bait = new Bait(Files.createDirectory(directory.resolve("bait")));
    }

    @AfterAll
    void stop() throws Exception {
        bait.close();
        workers.close();
    }

    /**
     * The attack is not possible, and is as soon as its defences are left out, and not before:
     * otherwise it would say nothing that it fails.
     */
    void holdsOnlyBy(Attack attack) throws Exception {
        holdsOnlyBy(attack, _ -> true);
    }

    /** As far as the kernel has what is tried. */
    void holdsOnlyBy(Attack attack, Predicate<String> offered) throws Exception {
        isContained(attack);
        assumeTrue(Rights.root(), "defences are left out where the worker is root");
        assertThat(attempts(attack, attack.defences()))
                .as("%02d without %s", attack.number(), attack.defences())
                .allSatisfy((tried, attempt) ->
                        assertThat(attempt.done())
                                .as(tried + " " + attempt.said())
                                .isEqualTo(offered.test(tried)));
        for (Defence last : attack.defences()) {
            doesNotWorkWith(last, attack);
        }
    }

    /** Any one of an attack's defences keeps some of it off: none is named for nothing. */
    private void doesNotWorkWith(Defence last, Attack attack) throws Exception {
        Set<Defence> rest = EnumSet.copyOf(attack.defences());
        rest.remove(last);
        if (!rest.isEmpty()) {
            assertThat(attempts(attack, rest))
                    .as("%02d with %s only", attack.number(), last)
                    .anySatisfy((_, attempt) -> assertThat(attempt.done()).isFalse());
        }
    }

    /** None of it is possible. */
    void isContained(Attack attack) throws Exception {
        assertThat(attempts(attack, Set.of()))
                .as("%02d in the sandbox", attack.number())
                .allSatisfy((_, attempt) -> assertThat(attempt.done()).isFalse());
    }

    AttackedWorkers workers() {
        return workers;
    }

    private Map<String, Attempt> attempts(Attack attack, Set<Defence> without) throws Exception {
        Map<String, Attempt> all = known.get(without);
        if (all == null) {
            List<String> tries =
                    kind.stream()
                            .filter(one -> one.defences().containsAll(without))
                            .flatMap(one -> bait.tries(one, without).stream())
                            .toList();
            Ran ran = workers.run(without, tries);
            assertThat(ran.result().outcome())
                    .as("without %s: %s", without, ran)
                    .isEqualTo(new ProcessOutcome.Exited(0));
            all = ran.attempts();
            known.put(without, all);
        }
        Map<String, Attempt> own = new HashMap<>();
        for (String tried : bait.tries(attack, without)) {
            own.put(tried, Objects.requireNonNull(all.get(tried), tried + " was not tried"));
        }
        return own;
    }
}
