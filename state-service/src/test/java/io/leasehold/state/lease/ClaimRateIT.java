package io.leasehold.state.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.Lane;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Measures claims, with every tenant of the ledger in the queue. Not among the tests of every day:
 * {@code ./mvnw -Dquick -pl state-service -am test -Dtest=ClaimRateIT -Dleasehold.measure=true
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
@EnabledIfSystemProperty(
        named = "leasehold.measure",
        matches = "true",
        disabledReason = "measures claims and is asked for by -Dleasehold.measure=true")
class ClaimRateIT {
    private static final int WARM_UP = 3_000;
    private static final int MEASURED = 4_000;
    private static final int CLIENTS = 16;

    /** So many that each has a handful of runs, as a fleet has. */
    private static final int WORKERS = 1_000;

    @Inject Ledger ledger;
    @Inject ManyTenants tenants;
    @Inject TestWorker worker;
    @Inject Claims queue;

    @BeforeEach
    void aFleet() {
        ledger.update(
                """
                insert into worker (name, boot_id, registered_at, last_seen)
                select 'w-' || i, 'boot-1', now(), now() from generate_series(0, ?) i on conflict do nothing
                """,
                WORKERS);
    }

    /** What one round took. */
    private record Round(List<Claim> claims, double perSecond, double p50, double p95, Spent cpu) {}

    /** Milliseconds of processor that this process and its Postgres have used. */
    private record Spent(double own, double database) {
        static Spent now() {
            return new Spent(
                    ProcessHandle.current()
                            .info()
                            .totalCpuDuration()
                            .orElse(Duration.ZERO)
                            .toMillis(),
                    ProcessHandle.current()
                            .descendants()
                            .mapToLong(each ->
                                    each.info().totalCpuDuration().orElse(Duration.ZERO).toMillis())
                            .sum());
        }

        Spent since(Spent before, int claims) {
            return new Spent((own - before.own) / claims, (database - before.database) / claims);
        }

        @Override
        public String toString() {
            return "%.2f + %.2f ms".formatted(own, database);
        }
    }

    @Test
    void claimsStayFlat() throws Exception {
        Round small = round(10_000, CLIENTS);
        Round smallAlone = round(10_000, 1);
        Round large = round(100_000, CLIENTS);
        Round largeAlone = round(100_000, 1);
        System.out.printf("%nclaims of one stack each, service and Postgres on this machine%n");
        print(" 10,000 tenants, 16 clients", small);
        print("100,000 tenants, 16 clients", large);
        print(" 10,000 tenants,  1 client ", smallAlone);
        print("100,000 tenants,  1 client ", largeAlone);

        assertThat(large.p95()).isLessThan(1.5 * small.p95());
        assertThat(largeAlone.p95()).isLessThan(1.5 * smallAlone.p95());
    }

    @Test
    void claimsWithTheirOutcomes() throws Exception {
        worker.beginsWithNothingDue();
        int runs = 3_000;
        for (int i = 0; i < runs; i++) {
            ledger.due("finish-" + UUID.randomUUID());
        }
        Round claimed = measure(runs, CLIENTS);
        Spent before = Spent.now();
        long begin = System.nanoTime();
        Queue<Claim> left = new ConcurrentLinkedQueue<>(claimed.claims());
        together(
                CLIENTS,
                () -> {
                    for (Claim claim = left.poll(); claim != null; claim = left.poll()) {
                        worker.succeeds(claim);
                    }
                });
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                "%noutcomes, 16 clients: %,.0f/s  processor %s each%n",
                runs / seconds, Spent.now().since(before, runs));
        System.out.printf(
                "claim and finish, 16 clients: %,.0f/s%n",
                runs / (seconds + runs / claimed.perSecond()));
    }

    private static void print(String what, Round round) {
        System.out.printf(
                "%s: %,6.0f/s  p50 %.2f ms  p95 %.2f ms  processor %s each%n",
                what, round.perSecond(), round.p50(), round.p95(), round.cpu());
    }

    private Round round(int many, int clients) throws Exception {
        worker.beginsWithNothingDue();
        String prefix = "rate-" + UUID.randomUUID() + "-";
        tenants.forget();
        tenants.add(prefix, many, WARM_UP + MEASURED);
        measure(WARM_UP, clients);
        return measure(MEASURED, clients);
    }

    private Round measure(int claims, int clients) throws Exception {
        long[] nanos = new long[claims];
        Queue<Integer> turns = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < claims; i++) {
            turns.add(i);
        }
        Queue<Claim> given = new ConcurrentLinkedQueue<>();
        Spent before = Spent.now();
        long begin = System.nanoTime();
        together(
                clients,
                () -> {
                    for (Integer i = turns.poll(); i != null; i = turns.poll()) {
                        long sent = System.nanoTime();
                        ClaimRequest request =
                                new ClaimRequest(
                                        "w-" + i % WORKERS,
                                        "boot-1",
                                        UUID.randomUUID().toString(),
                                        Lane.LIFECYCLE,
                                        10_000);
                        given.add(Ledger.await(() -> queue.claim(request)).orElseThrow());
                        nanos[i] = System.nanoTime() - sent;
                    }
                });
        double seconds = (System.nanoTime() - begin) / 1e9;
        Spent cpu = Spent.now().since(before, claims);
        Arrays.sort(nanos);
        assertThat(given.stream().map(Claim::stack).distinct()).hasSize(claims);
        return new Round(
                List.copyOf(given),
                claims / seconds,
                nanos[claims / 2] / 1e6,
                nanos[(int) (claims * 0.95)] / 1e6,
                cpu);
    }

    private static void together(int clients, Runnable work)
            throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                all.add(threads.submit(work));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }
}
