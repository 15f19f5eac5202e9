package io.leasehold.state.sealing;

import com.github.benmanes.caffeine.cache.Ticker;
import io.leasehold.state.Ids;
import io.leasehold.state.WorkerThreads;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
        return find(session, List.of(owner)).map(found -> state(found, owner));
    }

    /**
     * What is known of these owners' keys, by one statement at most; absent where there is none.
     */
    Uni<Map<KeyOwner, KeyState>> find(Mutiny.Session session, List<KeyOwner> owners) {
        Map<KeyOwner, KeyState> states = new HashMap<>();
        List<KeyOwner> unsure = new ArrayList<>();
        for (KeyOwner owner : Set.copyOf(owners)) {
            KeyState.Present known = cache.get(owner);
            if (known != null && known.durable()) {
                states.put(owner, known);
            } else {
                unsure.add(owner);
            }
        }
        long readAt = cache.now();
        return rows.find(session, unsure)
                .chain(found -> states(found, readAt))
                .map(found -> {
                    states.putAll(found);
                    return states;
                });
    }

    private Uni<Map<KeyOwner, KeyState>> states(Map<KeyOwner, DataKeyRows.Row> rows, long readAt) {
        Map<KeyOwner, KeyState> states = new HashMap<>();
        Map<KeyOwner, DataKeyRows.Row> wrapped = new HashMap<>();
        rows.forEach((owner, row) -> {
            KeyState.Present known = cache.get(owner);
            if (row.wrapped() == null) {
                states.put(owner, new KeyState.Deleted());
            } else if (known != null && known.keyId().equals(row.keyId())) {
                states.put(owner, present(owner, row, known.key(), readAt));
            } else {
                wrapped.put(owner, row);
            }
        });
        if (wrapped.isEmpty()) {
            return Uni.createFrom().item(states);
        }
        return workers.call(() -> {
            wrapped.forEach((owner, row) ->
                    states.put(
                            owner,
                            present(
                                    owner,
                                    row,
                                    unwrap(owner, Objects.requireNonNull(row.wrapped())),
                                    readAt)));
            return states;
        });
    }

    private KeyState.Present present(
            KeyOwner owner, DataKeyRows.Row row, DataKey key, long readAt) {
        KeyState.Present present = new KeyState.Present(row.keyId(), key, !row.own(), readAt);
        cache.put(owner, present);
        return present;
    }

    private DataKey unwrap(KeyOwner owner, WrappedKey wrapped) {
        MasterKey master = masters.current().byId(wrapped.masterKeyId(), owner);
        return DataKey.unwrapped(master, owner, wrapped);
    }

    /** The key, made now when there was none. */
    Uni<KeyState> findOrMake(Mutiny.Session session, KeyOwner owner) {
        return findOrMake(session, List.of(owner)).map(found -> state(found, owner));
    }

    /** The keys, those made now that were not there. */
    Uni<Map<KeyOwner, KeyState>> findOrMake(Mutiny.Session session, List<KeyOwner> owners) {
        return find(session, owners)
                .chain(found -> {
                    List<KeyOwner> absent =
                            owners.stream()
                                    .distinct()
                                    .filter(owner -> !found.containsKey(owner))
                                    .toList();
                    return make(session, absent, () -> masters.current().hashKeyOfOldLives())
                            .map(made -> {
                                Map<KeyOwner, KeyState> all = new HashMap<>(found);
                                all.putAll(made);
                                return all;
                            });
                });
    }

    static KeyState state(Map<KeyOwner, KeyState> states, KeyOwner owner) {
        return states.getOrDefault(owner, new KeyState.Absent());
    }

    /** Makes the keys of lives that begin. Where there is one already it stays. */
    Uni<Map<KeyOwner, KeyState>> makeForNewLives(Mutiny.Session session, List<KeyOwner> owners) {
        return make(session, owners, DataKeys::random);
    }

    private Uni<Map<KeyOwner, KeyState>> make(
            Mutiny.Session session, List<KeyOwner> owners, Supplier<byte[]> hashKey) {
        if (owners.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        long madeAt = cache.now();
        return workers.call(() -> owners.stream().map(owner -> made(owner, hashKey.get())).toList())
                .chain(made ->
                        rows.insert(session, made.stream().map(Made::row).toList())
                                .chain(inserted -> kept(session, made, inserted, madeAt)));
    }

    private Uni<Map<KeyOwner, KeyState>> kept(
            Mutiny.Session session, List<Made> made, Set<KeyOwner> inserted, long madeAt) {
        Map<KeyOwner, KeyState> states = new HashMap<>();
        List<KeyOwner> others = new ArrayList<>();
        for (Made each : made) {
            KeyOwner owner = each.row().owner();
            if (inserted.contains(owner)) {
                KeyState.Present present =
                        new KeyState.Present(each.row().keyId(), each.key(), false, madeAt);
                cache.put(owner, present);
                states.put(owner, present);
            } else {
                others.add(owner);
            }
        }
        return find(session, others)
                .map(found -> {
                    states.putAll(found);
                    return states;
                });
    }

    private record Made(DataKey key, DataKeyRows.Fresh row) {}

    private Made made(KeyOwner owner, byte[] hashKey) {
        DataKey key = DataKey.fresh(hashKey);
        WrappedKey wrapped = key.wrapped(masters.current().primary(), owner);
        return new Made(key, new DataKeyRows.Fresh(owner, ids.next(), wrapped));
    }
}
