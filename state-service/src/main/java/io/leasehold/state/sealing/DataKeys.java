package io.leasehold.state.sealing;

import com.github.benmanes.caffeine.cache.Ticker;
import io.leasehold.state.Ids;
import io.leasehold.state.WorkerThreads;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Finds data keys and makes those that are not there. What a transaction made is not relied on by
 * another before it is seen committed: bytes sealed with a key whose row was rolled back would be
 * lost. Wraps and unwraps on worker threads. Safe to share.
 */
@ApplicationScoped
class DataKeys {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final DataKeyRows rows;
    private final MasterKeyFile masters;
    private final WorkerThreads workers;
    private final Ids ids;
    private final DataKeyCache cache;

    DataKeys(
            DataKeyRows rows,
            MasterKeyFile masters,
            WorkerThreads workers,
            Ids ids,
            SealingConfig config) {
        this.rows = rows;
        this.masters = masters;
        this.workers = workers;
        this.ids = ids;
        this.cache =
                new DataKeyCache(config.keysInMemory(), config.keyTime(), Ticker.systemTicker());
    }

    static byte[] random() {
        byte[] bytes = new byte[OldScheme.KEY_BYTES];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** One that needs no look at the database, or null. */
    KeyState.@Nullable Present inMemory(KeyOwner owner) {
        KeyState.Present key = cache.get(owner);
        return key != null && key.durable() ? key : null;
    }

    /** The key was seen committed. */
    void committed(KeyOwner owner, KeyState.Present key) {
        cache.put(owner, key.committed());
    }

    void forget(KeyOwner owner) {
        cache.forget(owner);
    }

    void forgetAll() {
        cache.forgetAll();
    }

    Uni<KeyState> find(Mutiny.Session session, KeyOwner owner) {
        KeyState.Present known = cache.get(owner);
        if (known != null && known.durable()) {
            return Uni.createFrom().item(known);
        }
        long readAt = cache.now();
        return rows.find(session, owner)
                .chain(row ->
                        row.isEmpty()
                                ? Uni.createFrom().item(new KeyState.Absent())
                                : state(owner, row.get(), known, readAt));
    }

    private Uni<KeyState> state(
            KeyOwner owner, DataKeyRows.Row row, KeyState.@Nullable Present known, long readAt) {
        WrappedKey wrapped = row.wrapped();
        if (wrapped == null) {
            return Uni.createFrom().item(new KeyState.Deleted());
        }
        Uni<DataKey> key =
                known != null && known.keyId().equals(row.keyId())
                        ? Uni.createFrom().item(known.key())
                        : workers.call(() -> unwrap(owner, wrapped));
        return key.map(unwrapped -> {
            KeyState.Present present =
                    new KeyState.Present(row.keyId(), unwrapped, !row.own(), readAt);
            cache.put(owner, present);
            return present;
        });
    }

    private DataKey unwrap(KeyOwner owner, WrappedKey wrapped) {
        MasterKey master = masters.current().byId(wrapped.masterKeyId(), owner);
        return DataKey.unwrapped(master, owner, wrapped);
    }

    /** The key, made now when there was none. */
    Uni<KeyState> findOrMake(Mutiny.Session session, KeyOwner owner) {
        return find(session, owner)
                .chain(state ->
                        switch (state) {
                            case KeyState.Present _, KeyState.Deleted _ ->
                                    Uni.createFrom().item(state);
                            case KeyState.Absent _ ->
                                    make(
                                            session,
                                            owner,
                                            () -> masters.current().hashKeyOfOldLives());
                        });
    }

    /** Makes the key of a life that begins. Where there is one already it stays. */
    Uni<KeyState> makeForNewLife(Mutiny.Session session, KeyOwner owner) {
        return make(session, owner, DataKeys::random);
    }

    private Uni<KeyState> make(Mutiny.Session session, KeyOwner owner, Supplier<byte[]> hashKey) {
        String keyId = ids.next();
        long madeAt = cache.now();
        return workers.call(() -> made(owner, hashKey.get()))
                .chain(made ->
                        rows.insert(session, owner, keyId, made.wrapped())
                                .chain(inserted -> {
                                    if (!inserted) {
                                        return find(session, owner);
                                    }
                                    KeyState.Present present =
                                            new KeyState.Present(keyId, made.key(), false, madeAt);
                                    cache.put(owner, present);
                                    return Uni.createFrom().item(present);
                                }));
    }

    private record Made(DataKey key, WrappedKey wrapped) {}

    private Made made(KeyOwner owner, byte[] hashKey) {
        DataKey key = DataKey.fresh(hashKey);
        return new Made(key, key.wrapped(masters.current().primary(), owner));
    }
}
