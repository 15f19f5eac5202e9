package io.leasehold.state.sealing;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Gives the sealer of an owner. Costs no statement while the owner's key is in memory. Whoever has
 * a session open must ask with it: a second connection for one piece of work could leave none to
 * anybody. Safe to share.
 */
@ApplicationScoped
public class Sealers {
    private final Mutiny.SessionFactory sessions;
    private final DataKeys keys;
    private final MasterKeyFile masters;
    private volatile boolean asBefore;

    Sealers(
            Mutiny.SessionFactory sessions,
            DataKeys keys,
            MasterKeyFile masters,
            SealingConfig config) {
        this.sessions = sessions;
        this.keys = keys;
        this.masters = masters;
        this.asBefore = config.asBefore();
    }

    /**
     * Whether everything is to lie as the version before data keys left it: what that one kept in
     * the clear must stay so while it still reads it.
     */
    public boolean asBefore() {
        return asBefore;
    }

    void setAsBefore(boolean on) {
        asBefore = on;
    }

    /** Makes the keys of lives that begin, in the caller's transaction. */
    public Uni<Void> begin(Mutiny.Session session, List<KeyOwner> owners) {
        return asBefore
                ? Uni.createFrom().voidItem()
                : keys.makeForNewLives(session, owners).replaceWithVoid();
    }

    /**
     * To seal, in the caller's transaction. Makes the owner's key where there is none; the sealer
     * refuses with 410 KEY_DELETED where it was deleted.
     */
    public Uni<Sealer> of(Mutiny.Session session, KeyOwner owner) {
        return of(session, List.of(owner)).map(sealers -> sealers.apply(owner));
    }

    /** The same for each of these owners. */
    public Uni<Function<KeyOwner, Sealer>> of(Mutiny.Session session, List<KeyOwner> owners) {
        if (asBefore) {
            return Uni.createFrom().item(owner -> Sealer.asBefore(owner, masters.current()));
        }
        return keys.findOrMake(session, owners)
                .map(found -> owner -> sealer(owner).apply(DataKeys.state(found, owner)));
    }

    private Uni<Sealer> sealingAsBefore(KeyOwner owner) {
        return Uni.createFrom().item(() -> Sealer.asBefore(owner, masters.current()));
    }

    /** To seal, where no session is open. */
    public Uni<Sealer> of(KeyOwner owner) {
        if (asBefore) {
            return sealingAsBefore(owner);
        }
        KeyState.Present known = keys.inMemory(owner);
        if (known != null) {
            return Uni.createFrom().item(known).map(sealer(owner));
        }
        return sessions.withTransaction((session, _) -> keys.findOrMake(session, owner))
                .invoke(state -> {
                    if (state instanceof KeyState.Present present) {
                        keys.committed(owner, present);
                    }
                })
                .map(sealer(owner));
    }

    /**
     * To seal what is about a life that may be unknown, or whose key may be gone: with that life's
     * key where it is there, else with the platform's.
     */
    public Uni<Sealer> ofLifeOrPlatform(
            Mutiny.Session session, @Nullable String tenantId, @Nullable Integer incarnation) {
        if (asBefore || tenantId == null || incarnation == null) {
            return of(session, KeyOwner.PLATFORM);
        }
        KeyOwner life = KeyOwner.life(tenantId, incarnation);
        return keys.find(session, life)
                .chain(state ->
                        switch (state) {
                            case KeyState.Present _ ->
                                    Uni.createFrom().item(state).map(sealer(life));
                            case KeyState.Absent _, KeyState.Deleted _ ->
                                    of(session, KeyOwner.PLATFORM);
                        });
    }

    /** To open what {@link #ofLifeOrPlatform} sealed. */
    public Uni<Sealer> toOpen(
            Mutiny.Session session,
            @Nullable String tenantId,
            @Nullable Integer incarnation,
            byte[] sealed) {
        KeyOwner owner =
                tenantId == null || incarnation == null || Sealer.isPlatforms(sealed)
                        ? KeyOwner.PLATFORM
                        : KeyOwner.life(tenantId, incarnation);
        return toOpen(session, owner, List.of(sealed));
    }

    /** To open these, with the caller's session. Makes no key. */
    public Uni<Sealer> toOpen(Mutiny.Session session, KeyOwner owner, List<byte[]> sealed) {
        return sealed.stream().anyMatch(Sealer::needsKey)
                ? keys.find(session, owner).map(sealer(owner))
                : Uni.createFrom().item(new KeyState.Absent()).map(sealer(owner));
    }

    /** To open what was sealed for each of these, with the caller's session. Makes no key. */
    public Uni<Function<KeyOwner, Sealer>> toOpen(Mutiny.Session session, List<KeyOwner> owners) {
        return keys.find(session, owners)
                .map(found -> owner -> sealer(owner).apply(DataKeys.state(found, owner)));
    }

    /** To open these, where no session is open. Makes no key. */
    public Uni<Sealer> toOpen(KeyOwner owner, List<byte[]> sealed) {
        KeyState.Present known = keys.inMemory(owner);
        return known != null
                ? Uni.createFrom().item(known).map(sealer(owner))
                : sessions.withSession(session -> toOpen(session, owner, sealed));
    }

    /** The owner's key is to be looked for anew in this process. */
    public void forget(KeyOwner owner) {
        keys.forget(owner);
    }

    private Function<KeyState, Sealer> sealer(KeyOwner owner) {
        return state -> new Sealer(owner, state, masters.current());
    }
}
