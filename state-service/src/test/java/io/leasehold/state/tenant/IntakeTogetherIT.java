package io.leasehold.state.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many events in one request: they are judged together, and nobody can tell. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class IntakeTogetherIT {
    @Inject Ledger ledger;

    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final String blueprint = "b-" + UUID.randomUUID();
    private final TestUpstream upstream = new TestUpstream();

    @BeforeEach
    void aBlueprint() {
        TestBlueprints.registers(TestBlueprints.PAIR, blueprint);
    }

    private ObjectNode wants(String tenant, long generation, int size) {
        return TestUpstream.wants(tenant + "-" + run, generation, blueprint, size);
    }

    private IntakeRequest.Item[] items(ObjectNode... data) {
        return List.of(data).stream().map(upstream::item).toArray(IntakeRequest.Item[]::new);
    }

    /** What happens to a tenant, in its order, of which every verdict is another. */
    private List<ObjectNode> history(String tenant) {
        return List.of(
                wants(tenant, 1, 3),
                wants(tenant, 2, 4),
                wants(tenant, 2, 4),
                wants(tenant, 1, 3),
                wants(tenant, 2, 9),
                wants(tenant, 3, -1),
                wants(tenant, 4, 4),
                TestUpstream.deletes(tenant + "-" + run, 5),
                wants(tenant, 6, 4));
    }

    @Test
    void aHistoryEndsTheSameTogetherAndOneByOne() {
        List<String> together =
                upstream.dispositions(items(history("together").toArray(ObjectNode[]::new)));
        List<String> alone = new ArrayList<>();
        history("alone").forEach(data -> alone.addAll(upstream.dispositions(items(data))));

        assertThat(together).isEqualTo(alone).contains("PENDING", "DUPLICATE", "DEAD_LETTERED");
        assertThat(rows("together")).isEqualTo(rows("alone")).hasSizeGreaterThan(12);
    }

    /** All that the ledger has of a tenant, but for times and random names. */
    private List<Object> rows(String tenant) {
        String id = tenant + "-" + run;
        List<Object> rows = new ArrayList<>();
        for (String query :
                List.of(
                        """
                        select concat_ws(' ', generation, spec_hash, lifecycle, observed_generation,
                            attempted_generation, waiting_code, gone_at is null, status_seq)
                        from life where tenant_id = ?
                        """,
                        """
                        select concat_ws(' ', generation, disposition, code, reason)
                        from tenant_event where tenant_id = ? order by id
                        """,
                        "select generation || spec_hash from life_generation where tenant_id = ? order by 1",
                        """
                        select concat_ws(' ', stack, wanted, revision, generation, due, destroyed,
                            waiting_code, waiting_reason, state_version, status_seq, apply_started)
                        from stack where tenant_id = ? order by stack
                        """,
                        """
                        select concat_ws(' ', stack, revision, wanted, generation, module_digest)
                        from stack_revision where tenant_id = ? order by stack, revision
                        """,
                        """
                        select concat_ws(' ', stack, version, kind, serial, size) from state_version
                        where tenant_id = ? order by stack, version
                        """,
                        "select concat_ws(' ', status, code) from dead_letter where tenant_id = ? order by at")) {
            rows.addAll(ledger.column(query, id));
        }
        rows.addAll(ledger.phases(id));
        return rows.stream().map(row -> (Object) row.toString().replace(id, "tenant")).toList();
    }

    @Test
    void whatIsAtFaultCostsItselfOnly() {
        ObjectNode unstorable = wants("bad", 1, 3);
        ((ObjectNode) unstorable.path("variables")).put("colour", "a\u0000b");

        assertThat(
                        upstream.dispositions(
                                items(
                                        wants("before", 1, 3),
                                        unstorable,
                                        wants("after", 1, 3),
                                        wants("before", 2, 4))))
                .containsExactly("PENDING", "DEAD_LETTERED", "PENDING", "PENDING");
    }

    @Test
    void moreThanAreJudgedTogetherAreJudgedInTheirOrder() {
        IntakeRequest.Item[] many =
                IntStream.range(0, 250)
                        .mapToObj(
                                i -> upstream.item(wants("many-" + i % 90, 1 + i / 90, 1 + i / 90)))
                        .toArray(IntakeRequest.Item[]::new);

        assertThat(upstream.dispositions(many)).hasSize(250).containsOnly("PENDING");

        assertThat(
                        ledger.column(
                                """
                                select generation from life where tenant_id like ? order by 1
                                """,
                                "many-%-" + run))
                .hasSize(90)
                .containsOnly(2L, 3L);
        assertThat(upstream.dispositions(many)).containsOnly("BELOW_WATERMARK");
    }

    /** Partitions of one topic share no tenant, but those of two topics may. */
    @Test
    void readersOfTheSameTenantsNeverWaitInACircle() throws InterruptedException {
        List<Integer> tenants = IntStream.range(0, 40).boxed().toList();
        List<Future<List<String>>> readers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int reader = 0; reader < 4; reader++) {
                TestUpstream own = new TestUpstream();
                List<Integer> order = new ArrayList<>(tenants);
                if (reader % 2 == 1) {
                    Collections.reverse(order);
                }
                readers.add(threads.submit(() -> handInAll(own, order)));
            }
        }
        assertThat(readers)
                .allSatisfy(reader -> assertThat(reader.get()).isSubsetOf("PENDING", "DUPLICATE"));
        assertThat(
                        ledger.column(
                                "select generation from life where tenant_id like ?",
                                "shared-%-" + run))
                .hasSize(40)
                .containsOnly(5L);
    }

    private List<String> handInAll(TestUpstream own, List<Integer> order) {
        List<String> dispositions = new ArrayList<>();
        for (int generation = 1; generation <= 5; generation++) {
            int now = generation;
            dispositions.addAll(
                    own.dispositions(
                            order.stream()
                                    .map(i -> own.item(wants("shared-" + i, now, now)))
                                    .toArray(IntakeRequest.Item[]::new)));
        }
        return dispositions;
    }
}
