package io.leasehold.state.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.BlueprintRegistration;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Short traces of the simulation, played to the tables in memory and to the running service: what
 * the simulation shows of the one holds of the other as far as both end the same after every step.
 */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class LedgerTracesIT {
    private static final int ACTIONS = 60;

    @Inject Ledger rows;
    @Inject DatabaseLedger database;

    @BeforeEach
    void theBlueprints() throws JsonProcessingException {
        for (int version = 1; version <= 2; version++) {
            ServiceClient.Reply reply =
                    ServiceClient.as(TestTokens.OPERATOR)
                            .send(
                                    "POST",
                                    "/v1/blueprints",
                                    new ObjectMapper()
                                            .writeValueAsString(
                                                    new BlueprintRegistration(
                                                            KnownBlueprints.document(version),
                                                            List.of(module("a"), module("b")))));
            assertThat(reply.status()).as(reply.body()).isBetween(200, 201);
        }
        database.begins();
    }

    private static BlueprintRegistration.ModuleArchive module(String dir) {
        return new BlueprintRegistration.ModuleArchive(
                dir, TestBlueprints.archive(Map.of("main.tf", "# " + dir)));
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
                24
            })
    void theDatabaseEndsAsTheTablesDo(long seed) {
        String tenants = "sim-" + UUID.randomUUID().toString().substring(0, 8) + "-";
        Clockwork clock = new Clockwork();
        MemoryLedger memory = new MemoryLedger(clock, null);
        memory.registerBlueprint(2);
        World inMemory = new World(tenants, new SteadyTime(memory), clock);
        World real = new World(tenants, new SteadyTime(database), new Clockwork());
        Generator generator = new Generator(seed);
        List<Action> trace = new ArrayList<>();

        while (trace.size() < ACTIONS) {
            Action action = generator.next(inMemory);
            if (!(action instanceof Action.Anywhere played) || isOnlyInMemory(played)) {
                continue;
            }
            trace.add(action);
            memory.standStill();
            database.standStill();
            real.carryOut(played);
            memory.prefer(lastClaimed(tenants));
            inMemory.carryOut(played);

            assertThat(inDatabase(tenants))
                    .as("seed %d after%n%s", seed, Trace.text(trace))
                    .isEqualTo(Seen.of(memory.tables()));
        }
    }

    /** The service would have to be configured for a source by position, and operators be asked. */
    private static boolean isOnlyInMemory(Action.Anywhere action) {
        return action instanceof Action.Replay
                || (action instanceof Action.Publish publish
                        && publish.tenant() == World.BY_POSITION);
    }

    /** Which of the stacks that are due comes first is the queue's own matter. */
    private @Nullable StackRef lastClaimed(String tenants) {
        List<Object> found =
                rows.column(
                        """
                        select concat_ws('/', tenant_id, incarnation, stack) from run
                        where tenant_id like ? order by started_at desc limit 1
                        """,
                        tenants + "%");
        if (found.isEmpty()) {
            return null;
        }
        String[] parts = found.getFirst().toString().split("/");
        return new StackRef(parts[0], Integer.parseInt(parts[1]), parts[2]);
    }

    private List<String> inDatabase(String tenants) {
        List<Object> lines =
                new ArrayList<>(
                        rows.column(
                                """
                                select concat_ws(' ', 'life', tenant_id, incarnation, generation, lifecycle,
                                    observed_generation, attempted_generation, coalesce(waiting_code, '-'),
                                    case when gone_at is null then 'false' else 'true' end)
                                from life where tenant_id like ?
                                """,
                                tenants + "%"));
        lines.addAll(
                rows.column(
                        """
                        select concat_ws(' ', 'stack', s.tenant_id, s.incarnation, s.stack,
                            cast(s.wanted as text), s.revision, s.applied_revision, s.applied_generation,
                            cast(s.destroyed as text), cast(s.due as text), coalesce(s.waiting_code, '-'),
                            coalesce(s.failed_code, '-'), s.attempts, s.replans,
                            cast(s.lease_id is not null as text),
                            (select count(*) from state_version v where v.tenant_id = s.tenant_id
                                and v.incarnation = s.incarnation and v.stack = s.stack and v.kind = 'RUN'),
                            (select count(*) from state_version v where v.tenant_id = s.tenant_id
                                and v.incarnation = s.incarnation and v.stack = s.stack and v.kind = 'ORPHAN'),
                            (select count(*) from run r where r.tenant_id = s.tenant_id
                                and r.incarnation = s.incarnation and r.stack = s.stack),
                            case when a.outputs_hash is null then '-'
                                else coalesce(a.outputs -> 'host' ->> 'value', 'none') end,
                            case when a.outputs_hash is null then 0 else a.outputs_generation end,
                            cast(coalesce(a.outputs_ready, false) as text))
                        from stack s left join stack_applied a on a.tenant_id = s.tenant_id
                            and a.incarnation = s.incarnation and a.stack = s.stack
                        where s.tenant_id like ?
                        """,
                        tenants + "%"));
        for (int partition = 0; partition < World.PARTITIONS; partition++) {
            lines.addAll(
                    rows.column(
                            """
                            select concat_ws(' ', 'event', cast(? as text), offset_no, disposition,
                                case when disposition = 'PENDING' then generation else 0 end)
                            from tenant_event where topic = ?
                            """,
                            Integer.toString(partition),
                            database.topic(partition)));
        }
        return lines.stream().map(String::valueOf).sorted().toList();
    }
}
