package io.leasehold.state.sealing;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.Optional;
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

    Uni<Optional<Row>> find(Mutiny.Session session, KeyOwner owner) {
        return session.createNativeQuery(
                        """
                        select key_id, wrapped, mac_key, master_key_id,
                            coalesce(xmin = cast(pg_current_xact_id_if_assigned() as xid), false) as own
                        from data_key where owner = :owner
                        """,
                        Tuple.class)
                .setParameter("owner", owner.name())
                .getSingleResultOrNull()
                .map(row -> Optional.ofNullable(row).map(DataKeyRows::row));
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

    /** False when there is one already; waits for a transaction that is just making one. */
    Uni<Boolean> insert(Mutiny.Session session, KeyOwner owner, String keyId, WrappedKey wrapped) {
        return session.createNativeQuery(
                        """
                        insert into data_key (owner, key_id, wrapped, mac_key, master_key_id, created_at, wrapped_at)
                        values (:owner, :id, :wrapped, :mac, :master, clock_timestamp(), clock_timestamp())
                        on conflict (owner) do nothing
                        """)
                .setParameter("owner", owner.name())
                .setParameter("id", keyId)
                .setParameter("wrapped", wrapped.keyset())
                .setParameter("mac", wrapped.macKey())
                .setParameter("master", wrapped.masterKeyId())
                .executeUpdate()
                .map(inserted -> inserted == 1);
    }
}
