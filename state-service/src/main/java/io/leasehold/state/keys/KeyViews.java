package io.leasehold.state.keys;

import io.leasehold.ledger.api.KeyLoss;
import io.leasehold.ledger.api.KeyReceiptView;
import io.leasehold.ledger.api.KeysView;
import io.leasehold.ledger.api.Page;
import io.leasehold.state.sealing.KeyWrapping;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Shows how keys stand, and the receipts. Never a key. */
@ApplicationScoped
class KeyViews {
    private static final String ISO = "'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'";

    private final Mutiny.SessionFactory sessions;
    private final KeyWrapping wrapping;
    private final OldSeals oldSeals;

    KeyViews(Mutiny.SessionFactory sessions, KeyWrapping wrapping, OldSeals oldSeals) {
        this.sessions = sessions;
        this.wrapping = wrapping;
        this.oldSeals = oldSeals;
    }

    Uni<KeysView> keys() {
        return sessions.withSession(session ->
                byMasterKey(session)
                        .chain(rows ->
                                deleted(session)
                                        .chain(deleted ->
                                                oldSeals.count(session)
                                                        .chain(old ->
                                                                rotation(session)
                                                                        .map(last ->
                                                                                new KeysView(
                                                                                        masters(
                                                                                                rows),
                                                                                        deleted,
                                                                                        old,
                                                                                        last))))));
    }

    private static Uni<List<Tuple>> byMasterKey(Mutiny.Session session) {
        return session.createNativeQuery(
                        "select master_key_id, count(*) as keys, to_char(min(wrapped_at) at time zone"
                                + " 'UTC', "
                                + ISO
                                + ") as oldest from data_key where deleted_at is null"
                                + " group by master_key_id",
                        Tuple.class)
                .getResultList();
    }

    private static Uni<Long> deleted(Mutiny.Session session) {
        return session.createNativeQuery("select count(*) from key_receipt", Long.class)
                .getSingleResult();
    }

    private List<KeysView.MasterKey> masters(List<Tuple> rows) {
        Set<String> known = wrapping.known();
        Map<String, KeysView.MasterKey> all = new TreeMap<>();
        known.forEach(id -> all.put(id, master(id, known, 0, null)));
        for (Tuple row : rows) {
            String id = row.get("master_key_id", String.class);
            all.put(
                    id,
                    master(
                            id,
                            known,
                            row.get("keys", Long.class),
                            row.get("oldest", String.class)));
        }
        return List.copyOf(all.values());
    }

    private KeysView.MasterKey master(
            String id, Set<String> known, long keys, @Nullable String oldest) {
        return new KeysView.MasterKey(
                id, id.equals(wrapping.primary()), known.contains(id), keys, oldest);
    }

    private static Uni<KeysView.@Nullable Rotation> rotation(Mutiny.Session session) {
        return session.createNativeQuery(
                        "select master_key_id, asked_by, reason, to_char(asked_at at time zone 'UTC', "
                                + ISO
                                + ") as asked, to_char(done_at at time zone 'UTC', "
                                + ISO
                                + ") as done from key_rotation order by asked_at desc limit 1",
                        Tuple.class)
                .getSingleResultOrNull()
                .map(row ->
                        row == null
                                ? null
                                : new KeysView.Rotation(
                                        row.get("master_key_id", String.class),
                                        row.get("asked_by", String.class),
                                        row.get("reason", String.class),
                                        row.get("asked", String.class),
                                        row.get("done", String.class)));
    }

    /** Newest first; those before a receipt, and of one tenant where it is named. */
    Uni<Page<KeyReceiptView>> receipts(@Nullable String tenant, @Nullable Long before, int limit) {
        return sessions.withSession(session ->
                        session.createNativeQuery(
                                        "select id, key_id, tenant_id, incarnation, to_char(at at time"
                                                + " zone 'UTC', "
                                                + ISO
                                                + ") as at, actor, reason, master_key_id,"
                                                + " state_versions, inputs, log_lines, dead_letters"
                                                + " from key_receipt where id < :before"
                                                + " and (cast(:tenant as text) is null"
                                                + " or tenant_id = cast(:tenant as text))"
                                                + " order by id desc limit :most",
                                        Tuple.class)
                                .setParameter("tenant", tenant)
                                .setParameter("before", before == null ? Long.MAX_VALUE : before)
                                .setParameter("most", limit)
                                .getResultList())
                .map(rows -> rows.stream().map(KeyViews::receipt).toList())
                .map(views ->
                        new Page<>(
                                views,
                                views.size() < limit ? null : Long.toString(views.getLast().id())));
    }

    private static KeyReceiptView receipt(Tuple row) {
        return new KeyReceiptView(
                row.get("id", Long.class),
                row.get("key_id", String.class),
                row.get("tenant_id", String.class),
                row.get("incarnation", Integer.class),
                row.get("at", String.class),
                row.get("actor", String.class),
                row.get("reason", String.class),
                row.get("master_key_id", String.class),
                loss(row));
    }

    static KeyLoss loss(Tuple row) {
        return new KeyLoss(
                row.get("state_versions", Long.class),
                row.get("inputs", Long.class),
                row.get("log_lines", Long.class),
                row.get("dead_letters", Long.class));
    }
}
