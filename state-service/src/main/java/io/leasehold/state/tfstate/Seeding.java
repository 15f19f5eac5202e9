package io.leasehold.state.tfstate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ids;
import io.leasehold.state.RowSet;
import io.leasehold.state.WorkerThreads;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.Sealer;
import io.leasehold.state.sealing.Sealers;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Gives new stacks their first states, many with the same few statements. */
@ApplicationScoped
class Seeding {
    private final Sealers sealers;
    private final WorkerThreads workers;
    private final Ids ids;

    Seeding(Sealers sealers, WorkerThreads workers, Ids ids) {
        this.sealers = sealers;
        this.workers = workers;
        this.ids = ids;
    }

    /**
     * What there is of a stack that has no row yet.
     *
     * @param last the highest version of any kind; 0 for none
     * @param head the version that is served; null for none
     * @param begun somebody wrote a version
     */
    private record Found(StackRef stack, long last, @Nullable Long head, boolean begun) {
        Seeds.Seed seed() {
            return head == null ? new Seeds.Seed(last + 1, false) : new Seeds.Seed(head, begun);
        }
    }

    Uni<Seeds> seed(Mutiny.Session session, List<StackRef> stacks) {
        // A person may be pushing the first state of a stack that only now gets its row.
        return lockNames(session, stacks)
                .chain(() -> found(session, stacks))
                .call(found ->
                        plant(session, found.stream().filter(each -> each.head() == null).toList()))
                .map(found ->
                        new Seeds(
                                found.stream()
                                        .collect(Collectors.toMap(Found::stack, Found::seed))));
    }

    private static RowSet<StackRef> named(List<StackRef> stacks) {
        return RowSet.of(stacks)
                .text("tenant", StackRef::tenantId)
                .number("life", StackRef::incarnation)
                .text("name", StackRef::stack);
    }

    /** In the order of what is locked: names of two callers may have the same number. */
    private static Uni<Void> lockNames(Mutiny.Session session, List<StackRef> stacks) {
        return RowSet.of(stacks)
                .text("name", StateRows::lockedName)
                .select(
                        session,
                        """
                        select count(cast(pg_advisory_xact_lock(o.number) as text)) from (
                            select hashtextextended(r.name, 0) as number from {rows} order by 1 offset 0) o
                        """,
                        Long.class)
                .replaceWithVoid();
    }

    private static Uni<List<Found>> found(Mutiny.Session session, List<StackRef> stacks) {
        return named(stacks)
                .select(
                        session,
                        """
                        select coalesce((select max(v.version) from state_version v where v.tenant_id = r.tenant
                                and v.incarnation = r.life and v.stack = r.name), 0) as last,
                            (select v.version from state_version v where v.tenant_id = r.tenant
                                and v.incarnation = r.life and v.stack = r.name
                                and v.kind <> 'ORPHAN' and v.deleted_at is null
                                order by v.version desc limit 1) as head,
                            exists (select 1 from state_version v where v.tenant_id = r.tenant
                                and v.incarnation = r.life and v.stack = r.name
                                and v.kind not in ('SEED', 'ORPHAN')) as begun
                        from {rows} order by r.n
                        """,
                        Tuple.class)
                .map(rows ->
                        IntStream.range(0, rows.size())
                                .mapToObj(i -> found(stacks.get(i), rows.get(i)))
                                .toList());
    }

    private static Found found(StackRef stack, Tuple row) {
        return new Found(
                stack,
                StateRows.number(row, "last"),
                row.get("head", Long.class),
                row.get("begun", Boolean.class));
    }

    /** A first state, ready to be written. */
    private record Planted(Found of, String lineage, byte[] plain, byte[] packed) {}

    private Uni<Void> plant(Mutiny.Session session, List<Found> bare) {
        if (bare.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return sealers.of(session, bare.stream().map(each -> KeyOwner.of(each.stack())).toList())
                .chain(sealer ->
                        workers.call(
                                () -> bare.stream().map(each -> planted(sealer, each)).toList()))
                .chain(planted -> insert(session, planted));
    }

    private Planted planted(Function<KeyOwner, Sealer> sealers, Found bare) {
        String lineage = ids.next();
        byte[] plain =
                """
                {"version":4,"terraform_version":"1.9.0","serial":1,"lineage":"%s","outputs":{},"resources":[],
                "check_results":null}
                """
                        .formatted(lineage)
                        .getBytes(UTF_8);
        Sealer sealer = sealers.apply(KeyOwner.of(bare.stack()));
        return new Planted(bare, lineage, plain, StatePacking.packed(sealer, bare.stack(), plain));
    }

    private static Uni<Void> insert(Mutiny.Session session, List<Planted> planted) {
        return RowSet.of(planted)
                .text("tenant", each -> each.of().stack().tenantId())
                .number("life", each -> each.of().stack().incarnation())
                .text("name", each -> each.of().stack().stack())
                .number("version", each -> each.of().last() + 1)
                .text("lineage", Planted::lineage)
                .text("md5", each -> HexFormat.of().formatHex(StatePacking.md5(each.plain())))
                .number("size", each -> each.plain().length)
                .bytes("packed", Planted::packed)
                .update(
                        session,
                        """
                        insert into state_version (tenant_id, incarnation, stack, version, lineage, serial, md5,
                            size, kind, written_by, written_at, bytes)
                        select tenant, life, name, version, lineage, 1, md5, size, 'SEED', 'leasehold',
                            clock_timestamp(), packed
                        from {rows}
                        """)
                .replaceWithVoid();
    }
}
