package io.leasehold.it.lease;

import static io.leasehold.it.lease.KilledTenants.DIRECT;
import static io.leasehold.it.lease.KilledTenants.PATIENCE;
import static io.leasehold.it.lease.KilledTenants.PLANNED;
import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.faults.Armed;
import io.leasehold.faults.Moment;
import io.leasehold.faults.Step;
import io.leasehold.it.JvmService;
import io.leasehold.it.lease.KilledRuns.Group;
import io.leasehold.it.lease.KilledRuns.Killed;
import io.leasehold.ledger.api.RunPhase;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A real worker with a real tofu, against a real state service and database, is killed right before
 * and right after each step of a run, and starts again: the stack ends as it is wanted, what is
 * made is there once, every run has its end, and nobody is needed. Runs of several tenants end with
 * one kill; see {@link KilledRuns}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WorkerKilledAtEveryStepIT {
    /** So that all but one are held where the next claim is waited for. */
    private static final int FEW = 5;

    private static final int MANY = 10;
    private static final int CHECKS = 6;
    private static final int FRESH = 20;

    /** The lease of a killed worker is freed by its next start, never by time. */
    private static final Map<String, String> SERVICE =
            Map.of("LEASEHOLD_LEASE_POLL", "PT0.2S", "LEASEHOLD_LEASE_PULSE", "PT0.5S");

    /** Stand, and nobody was killed for them. */
    private final Deque<String> fresh = new ArrayDeque<>();

    private final Deque<String> direct = new ArrayDeque<>();
    private final Deque<String> planned = new ArrayDeque<>();
    private final Deque<String> begun = new ArrayDeque<>();
    private TestLedger ledger;
    private JvmService service;
    private MortalWorker worker;
    private KilledTenants tenants;
    private int slots;
    private int made;

    @BeforeAll
    void aServiceAndAWorker(@TempDir Path folder) throws Exception {
        ledger = new TestLedger(folder);
        service = ledger.serve(1, SERVICE).getFirst();
        ledger.register(KilledTenants.blueprint(folder));
        worker =
                new MortalWorker(
                        folder.resolve("worker"),
                        service.url(),
                        KilledTenants.bindings(ledger),
                        Map.of());
        tenants = new KilledTenants(ledger, service, worker);
        slots = FEW;
        worker.with(FEW, 0);
        worker.start();
    }

    @AfterAll
    void stop() throws Exception {
        worker.close();
        ledger.close();
    }

    static List<Group> creates() {
        return KilledRuns.creates();
    }

    static List<Group> planned() {
        return KilledRuns.planned();
    }

    static List<Group> takenOver() {
        return KilledRuns.takenOver();
    }

    static List<Group> operations() {
        return KilledRuns.operations();
    }

    static List<Group> checks() {
        return KilledRuns.checks();
    }

    static List<Group> destroys() {
        return KilledRuns.destroys();
    }

    static List<Group> destroysThatApplyFirst() {
        return KilledRuns.destroysThatApplyFirst();
    }

    @ParameterizedTest
    @MethodSource("creates")
    @Order(1)
    void whoeverIsKilledInAFirstApplyNobodyIsNeeded(Group group) throws Exception {
        List<String> those = group.runs().stream().map(_ -> newTenant()).toList();

        killed(group, those, tenant -> tenants.wanted(DIRECT, tenant, 1));

        judged(group, those, (one, tenant) -> tenants.stands(one, tenant, 1));
        direct.addAll(those);
    }

    @ParameterizedTest
    @MethodSource({"planned", "takenOver"})
    @Order(2)
    void whoeverIsKilledInAChangeNobodyIsNeeded(Group group) throws Exception {
        doesMuchAtOnce();
        List<String> those = next(group, direct);

        killed(group, those, tenant -> tenants.wanted(PLANNED, tenant, 2));

        judged(group, those, (one, tenant) -> tenants.stands(one, tenant, 2));
        planned.addAll(those);
    }

    @ParameterizedTest
    @MethodSource("operations")
    @Order(3)
    void anOperationOnAStateIsLostAndSaysSoOrIsDone(Group group) throws Exception {
        stand();
        List<String> those = group.runs().stream().map(_ -> fresh.removeFirst()).toList();

        killed(group, those, tenants::moved);

        judged(group, those, tenants::isOver);
        direct.addAll(those);
    }

    @ParameterizedTest
    @MethodSource("checks")
    @Order(4)
    void aStackWhoseDriftCheckIsLostIsFreeAndCheckedAgain(Group group) throws Exception {
        stand();
        List<String> those = group.runs().stream().map(_ -> fresh.removeFirst()).toList();

        killed(group, those, tenants::unchecked);

        judged(
                group,
                those,
                (one, tenant) -> {
                    tenants.isChecked(one, tenant);
                    List<String> results = tenants.checks(tenant);
                    assertThat(results).as("%s", one).last().isNotEqualTo("LOST");
                    assertThat(results)
                            .filteredOn("LOST"::equals)
                            .as("%s", one)
                            .hasSize(one.settled() ? 0 : 1);
                });
        direct.addAll(those);
    }

    @ParameterizedTest
    @MethodSource("destroys")
    @Order(5)
    void whoeverIsKilledInADestroyNothingIsLeft(Group group) throws Exception {
        direct.addAll(fresh);
        fresh.clear();
        List<String> those = next(group, direct);

        killed(group, those, tenant -> tenants.unwanted(tenant, 2));

        judged(group, those, (one, tenant) -> tenants.isGone(one, tenant, 2));
    }

    @ParameterizedTest
    @MethodSource("planned")
    @Order(6)
    void whoeverIsKilledInADestroyThatPlansFirstNothingIsLeft(Group group) throws Exception {
        List<String> those = next(group, planned);

        killed(group, those, tenant -> tenants.unwanted(tenant, 3));

        judged(group, those, (one, tenant) -> tenants.isGone(one, tenant, 3));
    }

    @ParameterizedTest
    @MethodSource("destroysThatApplyFirst")
    @Order(7)
    void whoeverIsKilledInADestroyThatAppliesFirstNothingIsLeft(Group group) throws Exception {
        if (begun.isEmpty()) {
            beginApplies();
        }
        List<String> those = next(group, begun);

        killed(
                group,
                those,
                tenant -> {
                    tenants.unwanted(tenant, 2);
                    tenants.letGo(tenant);
                });

        judged(group, those, (one, tenant) -> tenants.isGone(one, tenant, 2));
    }

    @Test
    @Order(8)
    void anOutcomeThatCouldNotBeToldIsToldByTheNextStartAndNothingIsAppliedAgain()
            throws Exception {
        String tenant = "told-later";
        ledger.execute(
                """
                create function is_away() returns trigger language plpgsql as $$
                begin raise exception 'away' using errcode = '53300'; end $$
                """,
                """
                create trigger is_away before update on run for each row
                when (new.result = 'SUCCEEDED') execute function is_away()
                """);
        tenants.wanted(DIRECT, tenant, 1);
        eventually(
                PATIENCE,
                () ->
                        assertThat(worker.spool().toFile().list())
                                .as(worker::log)
                                .anyMatch(name -> name.endsWith(".outcome")));
        worker.kill();
        ledger.execute("drop trigger is_away on run");

        worker.start();

        tenants.stands(Killed.at(Step.OUTCOME, Moment.BEFORE, 0), tenant, 1);
        assertThat(tenants.of(tenant, "select result from run")).containsExactly("SUCCEEDED");
        eventually(
                PATIENCE,
                () ->
                        assertThat(worker.spool().toFile().list())
                                .noneMatch(name ->
                                        name.endsWith(".outcome") || name.endsWith(".state")));
    }

    /** Asks for a run of that tenant. */
    @FunctionalInterface
    private interface Asking {
        void of(String tenant) throws Exception;
    }

    /** One after the other, so that each comes to where it is to die before the next one runs. */
    private void killed(Group group, List<String> those, Asking asking) throws Exception {
        for (int i = 0; i < those.size() - 1; i++) {
            worker.arm(group.runs().get(i).at().getFirst().holding());
            asking.of(those.get(i));
            worker.holds();
        }
        Killed whole = group.runs().getLast();
        List<Armed> last = whole.at();
        if (whole.nextClaim()) {
            asking.of(those.getLast());
            tenants.isAtWork(those.getLast());
            worker.arm(last.getFirst());
        } else {
            worker.arm(last.getFirst());
            asking.of(those.getLast());
        }
        worker.strikes();
        for (Armed next : last.subList(1, last.size())) {
            worker.arm(next);
            worker.startToDie();
            worker.strikes();
        }
        worker.start();
    }

    /** Says how it ended for a tenant. */
    @FunctionalInterface
    private interface Judge {
        void of(Killed one, String tenant) throws Exception;
    }

    private static void judged(Group group, List<String> those, Judge judge) throws Exception {
        for (int i = 0; i < those.size(); i++) {
            judge.of(group.runs().get(i), those.get(i));
        }
    }

    private String newTenant() {
        return "t-" + made++;
    }

    private void stand() throws Exception {
        if (fresh.isEmpty()) {
            fresh.addAll(IntStream.range(0, FRESH).mapToObj(_ -> newTenant()).toList());
            tenants.wanted(List.copyOf(fresh));
            tenants.stand(List.copyOf(fresh));
        }
    }

    private static List<String> next(Group group, Deque<String> those) {
        return group.runs().stream().map(_ -> those.removeLast()).toList();
    }

    private void doesMuchAtOnce() throws Exception {
        if (slots != MANY) {
            slots = MANY;
            worker.kill();
            worker.with(MANY, CHECKS);
            worker.start();
        }
    }

    /** Applies of a worker that is lost, of tenants that are let go one by one. */
    private void beginApplies() throws Exception {
        List<String> those = new ArrayList<>();
        for (Group group : destroysThatApplyFirst()) {
            group.runs().forEach(_ -> those.add(newTenant()));
        }
        worker.kill();
        tenants.wanted(those);
        LeasedWorker other = LeasedWorker.registered("other", service.url());
        for (int i = 0; i < those.size(); i++) {
            assertThat(other.beats(other.claim(5_000).orElseThrow(), RunPhase.APPLYING).status())
                    .isEqualTo(200);
        }
        those.forEach(tenants::held);
        LeasedWorker.registered("other", service.url());
        for (String tenant : those) {
            eventually(
                    PATIENCE,
                    () ->
                            assertThat(tenants.of(tenant, "select result from run"))
                                    .containsExactly("LOST"));
        }
        worker.start();
        begun.addAll(those);
    }
}
