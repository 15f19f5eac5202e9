package io.leasehold.state.sealing;

import io.leasehold.state.RowSet;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The statements that find and make data keys, in the caller's transaction. */
@ApplicationScoped
class DataKeyRows {

    /**
     * A row.
     *
     * @param wrapped null when the key was deleted
     * @param own this very transaction made it, so that nobody else can see it yet
     */
    record Row(String keyId, @Nullable WrappedKey wrapped, boolean own) {}

    /** Those that are there. */
    Uni<Map<KeyOwner, Row>> find(Mutiny.Session session, List<KeyOwner> owners) {
        return RowSet.of(owners)
                .text("name", KeyOwner::name)
                .select(
                        session,
                        """
                        select k.owner, k.key_id, k.wrapped, k.mac_key, k.master_key_id,
                            coalesce(k.xmin = cast(pg_current_xact_id_if_assigned() as xid), false) as own
                        from {rows} cross join lateral (
                            select *, xmin from data_key where owner = r.name offset 0) k
                        """,
                        Tuple.class)
                .map(rows ->
                        rows.stream()
                                .collect(
                                        Collectors.toMap(
                                                row -> new KeyOwner(row.get("owner", String.class)),
                                                DataKeyRows::row)));
    }

    private static Row row(Tuple row) {
        byte[] keyset = row.get("wrapped", byte[].class);
        return new Row(
                row.get("key_id", String.class),
                keyset == null
                        ? null
                        : new WrappedKey(
                                keyset,
                                row.get("mac_key", byte[].class),
                                row.get("master_key_id", String.class)),
                row.get("own", Boolean.class));
    }

    /**
     * A key that is to be.
     *
     * @param wrapped by a master key
     */
    record Fresh(KeyOwner owner, String keyId, WrappedKey wrapped) {}

    /**
     * Gives the owners whose keys were not there and are now; waits for a transaction that is just
     * making one.
     */
    Uni<Set<KeyOwner>> insert(Mutiny.Session session, List<Fresh> keys) {
        return RowSet.of(keys)
                .text("name", key -> key.owner().name())
                .text("id", Fresh::keyId)
                .bytes("wrapped", key -> key.wrapped().keyset())
                .bytes("mac", key -> key.wrapped().macKey())
                .text("master", key -> key.wrapped().masterKeyId())
                .select(
                        session,
                        """
                        insert into data_key (owner, key_id, wrapped, mac_key, master_key_id, created_at, wrapped_at)
                        select name, id, wrapped, mac, master, clock_timestamp(), clock_timestamp()
                        from {rows} order by name
                        on conflict (owner) do nothing returning owner
                        """,
                        String.class)
                .map(names -> names.stream().map(KeyOwner::new).collect(Collectors.toSet()));
    }
}
