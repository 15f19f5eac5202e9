package io.leasehold.state.keys;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** The statements of a rotation. All join the caller's transaction. */
@ApplicationScoped
class KeyRows {
    private static final int AT_ONCE = 50;

    private final ObjectMapper json;

    KeyRows(ObjectMapper json) {
        this.json = json;
    }

    /** One that is not done. */
    record Rotation(String id, String masterKeyId) {}

    /** A data key as it lies; Jackson writes the bytes as Base64. */
    record Wrapped(String owner, byte[] keyset, String masterKeyId) {}

    /** The newest that is not done. */
    Uni<Optional<Rotation>> open(Mutiny.Session session) {
        return session.createNativeQuery(
                        """
                        select rotation_id, master_key_id from key_rotation
                        where done_at is null order by asked_at desc limit 1
                        """,
                        Tuple.class)
                .getSingleResultOrNull()
                .map(row ->
                        Optional.ofNullable(row)
                                .map(found ->
                                        new Rotation(
                                                found.get("rotation_id", String.class),
                                                found.get("master_key_id", String.class))));
    }

    Uni<Void> ask(Mutiny.Session session, String id, String master, String by, String reason) {
        return session.createNativeQuery(
                        """
                        insert into key_rotation (rotation_id, master_key_id, asked_by, reason, asked_at)
                        values (:id, :master, :by, :reason, clock_timestamp())
                        """)
                .setParameter("id", id)
                .setParameter("master", master)
                .setParameter("by", by)
                .setParameter("reason", reason)
                .executeUpdate()
                .replaceWithVoid();
    }

    /** It is done, and so are those that were asked for before it. */
    Uni<Void> done(Mutiny.Session session, Rotation rotation) {
        return session.createNativeQuery(
                        """
                        update key_rotation set done_at = clock_timestamp() where done_at is null
                            and asked_at <= (select asked_at from key_rotation where rotation_id = :id)
                        """)
                .setParameter("id", rotation.id())
                .executeUpdate()
                .replaceWithVoid();
    }

    /** How many data keys another master key wraps. */
    Uni<Long> left(Mutiny.Session session, String master) {
        return session.createNativeQuery(
                        """
                        select count(*) from data_key where deleted_at is null and master_key_id <> :master
                        """,
                        Long.class)
                .setParameter("master", master)
                .getSingleResult();
    }

    /** Some of those, in the order of their owners; what another process is at is passed over. */
    Uni<List<Wrapped>> lockSome(Mutiny.Session session, String master, String after) {
        return session.createNativeQuery(
                        """
                        select owner, wrapped, master_key_id from data_key
                        where deleted_at is null and master_key_id <> :master and owner > :after
                        order by owner limit :most for update skip locked
                        """,
                        Tuple.class)
                .setParameter("master", master)
                .setParameter("after", after)
                .setParameter("most", AT_ONCE)
                .getResultList()
                .map(rows ->
                        rows.stream()
                                .map(row ->
                                        new Wrapped(
                                                row.get("owner", String.class),
                                                row.get("wrapped", byte[].class),
                                                row.get("master_key_id", String.class)))
                                .toList());
    }

    /** These lie like this now. */
    Uni<Void> wrapped(Mutiny.Session session, String master, List<Wrapped> anew) {
        return session.createNativeQuery(
                        """
                        update data_key d set wrapped = decode(w.keyset, 'base64'), master_key_id = :master,
                            wrapped_at = clock_timestamp()
                        from jsonb_to_recordset(cast(cast(:anew as text) as jsonb)) as w (owner text, keyset text)
                        where d.owner = w.owner
                        """)
                .setParameter("master", master)
                .setParameter("anew", written(anew))
                .executeUpdate()
                .replaceWithVoid();
    }

    private String written(List<Wrapped> anew) {
        try {
            return json.writeValueAsString(anew);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("wrapped keys cannot be written as JSON", e);
        }
    }
}
