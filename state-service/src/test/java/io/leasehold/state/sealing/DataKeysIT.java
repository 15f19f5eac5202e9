package io.leasehold.state.sealing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.SqlStatements;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.hibernate.reactive.mutiny.Mutiny;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When data keys are made, when they are relied on, and what they cost. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class DataKeysIT {
    private static final byte[] PLAIN = "plain".getBytes(UTF_8);

    @Inject Sealers sealers;
    @Inject TestKeys keys;
    @Inject Ledger ledger;
    @Inject Mutiny.SessionFactory sessions;
    @Inject Scheduler scheduler;

    private final String tenant = "k-" + UUID.randomUUID();
    private final KeyOwner owner = KeyOwner.life(tenant, 1);
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);

    @BeforeEach
    void asAfterAStart() {
        keys.forgetsDataKeys();
    }

    @AfterEach
    void theServiceGoesOn() {
        scheduler.resume();
    }

    @Test
    void aLifeHasItsKeyAsSoonAsItIsRecordedAndEachLifeItsOwn() {
        String blueprint = "b" + UUID.randomUUID().toString().substring(0, 8);
        operator.send(
                "POST",
                "/v1/blueprints",
                TestBlueprints.registration(TestBlueprints.SINGLE, blueprint, "1.0.0"));
        TestUpstream upstream = new TestUpstream();
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 1));
        upstream.publishes(TestUpstream.deletes(tenant, 2));
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 1).put("incarnation", 2));

        assertThat(
                        ledger.column(
                                "select owner from data_key where owner like ? order by owner",
                                tenant + "/%"))
                .containsExactly(tenant + "/1", tenant + "/2");
        assertThat(
                        ledger.value(
                                "select get_byte(inputs, 0) from stack_revision where tenant_id = ?",
                                tenant))
                .isEqualTo(2);
    }

    @Test
    void whatARolledBackTransactionMadeIsNotReliedOn() {
        byte[][] lost = new byte[1][];
        assertThatThrownBy(() ->
                        inTransaction(session ->
                                sealers.of(session, owner)
                                        .invoke(sealer -> lost[0] = sealer.seal(PLAIN, "c"))
                                        .chain(() -> sealers.of(session, owner))
                                        .invoke(sealer ->
                                                assertThat(sealer.open(lost[0], "c"))
                                                        .isEqualTo(PLAIN))
                                        .map(_ -> {
                                            throw new IllegalStateException("rolled back");
                                        })))
                .hasMessageContaining("rolled back");

        byte[] kept = Ledger.await(() -> sealers.of(owner)).seal(PLAIN, "c");
        keys.forgetsDataKeys();

        assertThat(opens(kept)).isEqualTo(PLAIN);
        assertThatThrownBy(() -> opens(lost[0])).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void manyAtOnceMakeOneKeyAndAllThatTheySealOpens() {
        List<CompletableFuture<byte[]>> all =
                IntStream.range(0, 12)
                        .mapToObj(i ->
                                CompletableFuture.supplyAsync(() -> {
                                    keys.forgetsDataKeys();
                                    return Ledger.await(() -> sealers.of(owner)).seal(PLAIN, "c");
                                }))
                        .toList();
        List<byte[]> sealed = all.stream().map(CompletableFuture::join).toList();
        keys.forgetsDataKeys();

        assertThat(sealed).allSatisfy(each -> assertThat(opens(each)).isEqualTo(PLAIN));
        assertThat(ledger.value("select count(*) from data_key where owner = ?", owner.name()))
                .isEqualTo(1L);
    }

    @Test
    void aCycleCostsNoStatementMoreWhileTheKeyIsInMemoryAndOneWhenItIsNot() {
        // What the service does of its own accord would be counted too.
        scheduler.pause();
        StackRef stack = new StackRef(tenant, 1, "network");
        cycle(stack, 1);

        assertThat(fewestStatements(stack, 2, () -> {}, 0)).isEqualTo(4);
        assertThat(fewestStatements(stack, 5, keys::forgetsDataKeys, 1)).isEqualTo(5);
    }

    /** Of three cycles: what the service had begun may still be under way. */
    private int fewestStatements(StackRef stack, int serial, Runnable before, int ofKeys) {
        int fewest = Integer.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            before.run();
            try (SqlStatements statements = SqlStatements.watch()) {
                cycle(stack, serial + i);
                fewest = Math.min(fewest, statements.seen().size());
                assertThat(statements.ofKeys()).hasSize(ofKeys);
            }
        }
        return fewest;
    }

    private void cycle(StackRef stack, int serial) {
        String path = "/state/" + stack.key();
        String lock = "{\"ID\":\"a\",\"Who\":\"me\",\"Operation\":\"apply\"}";
        String state =
                "{\"version\":4,\"terraform_version\":\"1.12.6\",\"serial\":%d,\"lineage\":\"l\"}"
                        .formatted(serial);
        assertThat(operator.send("LOCK", path, lock).status()).isEqualTo(200);
        operator.send("GET", path, null);
        assertThat(operator.send("POST", path + "?ID=a", state).status()).isEqualTo(204);
        assertThat(operator.send("UNLOCK", path, lock).status()).isEqualTo(200);
    }

    private byte[] opens(byte[] sealed) {
        return Ledger.await(() -> sealers.toOpen(owner, List.of(sealed))).open(sealed, "c");
    }

    private <T> T inTransaction(Function<Mutiny.Session, Uni<T>> work) {
        return Ledger.await(() -> sessions.withTransaction((session, _) -> work.apply(session)));
    }
}
