package io.leasehold.state.keys;

import io.leasehold.ledger.api.KeyLoss;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The statements that look at a life before its key goes, and let it go. */
@ApplicationScoped
class GoneLives {
    private final OldSeals oldSeals;

    GoneLives(OldSeals oldSeals) {
        this.oldSeals = oldSeals;
    }

    /** One life. */
    record Life(String tenantId, int incarnation) {
        String name() {
            return tenantId + "/" + incarnation;
        }
    }

    /** Locks the life and says what it left; empty when there is no such life. */
    Uni<Optional<DeletionDecider.Facts>> lock(Mutiny.Session session, Life life) {
        return of(
                        session.createNativeQuery(
                                """
                                select l.gone_at is not null as gone, d.key_id, d.master_key_id,
                                    d.deleted_at is not null as deleted,
                                    (select string_agg(s.stack, ' ' order by s.stack) from stack s
                                     where s.tenant_id = l.tenant_id and s.incarnation = l.incarnation
                                       and not s.destroyed) as standing,
                                    (select string_agg(s.stack, ' ' order by s.stack) from stack s
                                     where s.tenant_id = l.tenant_id and s.incarnation = l.incarnation
                                       and s.waiting_code = 'RETAINED') as retained,
                                    (select string_agg(distinct v.stack, ' ') from state_version v
                                     where v.tenant_id = l.tenant_id and v.incarnation = l.incarnation
                                       and not exists (select 1 from stack s where s.tenant_id = v.tenant_id
                                           and s.incarnation = v.incarnation and s.stack = v.stack)) as unmanaged,
                                    (select string_agg(k.stack, ' ' order by k.stack) from state_lock k
                                     where k.tenant_id = l.tenant_id
                                       and k.incarnation = l.incarnation) as locked,
                                    (select string_agg(distinct v.stack, ' ') from state_version v
                                     where v.tenant_id = l.tenant_id and v.incarnation = l.incarnation
                                       and v.kind = 'ORPHAN' and v.settled_at is null) as orphaned
                                from life l left join data_key d on d.owner = l.tenant_id || '/' || l.incarnation
                                where l.tenant_id = :tenant and l.incarnation = :incarnation for update of l
                                """,
                                Tuple.class),
                        life)
                .getSingleResultOrNull()
                .chain(row ->
                        row == null
                                ? Uni.createFrom().item(Optional.empty())
                                : oldSeals.anyOf(session, life.tenantId(), life.incarnation())
                                        .map(old -> Optional.of(facts(life, row, old))));
    }

    private static DeletionDecider.Facts facts(Life life, Tuple row, boolean oldSeals) {
        String keyId = row.get("key_id", String.class);
        return new DeletionDecider.Facts(
                life.name(),
                row.get("gone", Boolean.class),
                names(row.get("standing", String.class)),
                names(row.get("retained", String.class)),
                names(row.get("unmanaged", String.class)),
                names(row.get("locked", String.class)),
                names(row.get("orphaned", String.class)),
                oldSeals,
                keyId == null
                        ? null
                        : new DeletionDecider.Key(
                                keyId,
                                row.get("master_key_id", String.class),
                                row.get("deleted", Boolean.class)));
    }

    private static List<String> names(@Nullable String joined) {
        return joined == null ? List.of() : List.of(joined.split(" "));
    }

    /** What becomes unreadable. */
    Uni<KeyLoss> left(Mutiny.Session session, Life life) {
        return of(
                        session.createNativeQuery(
                                """
                                select (select count(*) from state_version where tenant_id = :tenant
                                        and incarnation = :incarnation) as state_versions,
                                    (select count(*) from stack_revision where tenant_id = :tenant
                                        and incarnation = :incarnation)
                                    + (select count(*) from stack_applied where tenant_id = :tenant
                                        and incarnation = :incarnation) as inputs,
                                    (select count(*) from run r join run_log g on g.run_id = r.run_id
                                     where r.tenant_id = :tenant and r.incarnation = :incarnation) as log_lines,
                                    (select count(*) from dead_letter where tenant_id = :tenant
                                        and incarnation = :incarnation
                                        and (substring(raw from 1 for 1) = '\\x02'
                                            or substring(edited from 1 for 1) = '\\x02')) as dead_letters
                                """,
                                Tuple.class),
                        life)
                .getSingleResult()
                .map(KeyViews::loss);
    }

    private static Mutiny.SelectionQuery<Tuple> of(Mutiny.SelectionQuery<Tuple> query, Life life) {
        return query.setParameter("tenant", life.tenantId())
                .setParameter("incarnation", life.incarnation());
    }

    /** Whose word it is. */
    record Order(String actor, String reason) {}

    /** Lets the key go and leaves the receipt. */
    Uni<Void> delete(
            Mutiny.Session session, Life life, DeletionDecider.Key key, KeyLoss loss, Order order) {
        return session.createNativeQuery(
                        """
                        with deleted as (
                            update data_key set wrapped = null, mac_key = null, deleted_at = clock_timestamp()
                            where key_id = :key and deleted_at is null returning key_id, master_key_id)
                        insert into key_receipt (key_id, tenant_id, incarnation, at, actor, reason, master_key_id,
                            state_versions, inputs, log_lines, dead_letters)
                        select key_id, :tenant, :incarnation, clock_timestamp(), :actor, :reason, master_key_id,
                            :states, :inputs, :lines, :letters from deleted
                        """)
                .setParameter("key", key.id())
                .setParameter("tenant", life.tenantId())
                .setParameter("incarnation", life.incarnation())
                .setParameter("actor", order.actor())
                .setParameter("reason", order.reason())
                .setParameter("states", loss.stateVersions())
                .setParameter("inputs", loss.inputs())
                .setParameter("lines", loss.logLines())
                .setParameter("letters", loss.deadLetters())
                .executeUpdate()
                .invoke(rows -> {
                    if (rows != 1) {
                        throw new IllegalStateException(
                                "the key was deleted under the life's lock");
                    }
                })
                .replaceWithVoid();
    }

    /** Lives whose key may go by time; those where that would be refused are left out. */
    Uni<List<Life>> over(Mutiny.Session session, Duration after) {
        return session.createNativeQuery(
                        """
                        select l.tenant_id, l.incarnation from life l
                        join data_key d on d.owner = l.tenant_id || '/' || l.incarnation and d.deleted_at is null
                        where l.gone_at < clock_timestamp() - cast(:millis as bigint) * interval '1 millisecond'
                          and not exists (select 1 from stack s where s.tenant_id = l.tenant_id
                              and s.incarnation = l.incarnation
                              and (not s.destroyed or s.waiting_code = 'RETAINED'))
                          and not exists (select 1 from state_version v where v.tenant_id = l.tenant_id
                              and v.incarnation = l.incarnation and (v.kind = 'ORPHAN' and v.settled_at is null
                                  or not exists (select 1 from stack s where s.tenant_id = v.tenant_id
                                      and s.incarnation = v.incarnation and s.stack = v.stack)))
                        order by l.gone_at limit 100
                        """,
                        Tuple.class)
                .setParameter("millis", after.toMillis())
                .getResultList()
                .map(rows ->
                        rows.stream()
                                .map(row ->
                                        new Life(
                                                row.get("tenant_id", String.class),
                                                row.get("incarnation", Integer.class)))
                                .toList());
    }
}
