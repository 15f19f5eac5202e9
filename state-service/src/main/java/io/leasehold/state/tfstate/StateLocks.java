package io.leasehold.state.tfstate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.audit.Along;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * People's locks. A lock and a lease exclude each other: both are taken under the stack's row lock.
 */
@ApplicationScoped
class StateLocks {
    /** A lock document may not be larger than this. */
    static final int MAX_BODY = 16 * 1024;

    private final Mutiny.SessionFactory sessions;
    private final PersonLockRows locks;
    private final Audit audit;
    private final ObjectMapper json;
    private final Signal claims;

    StateLocks(
            Mutiny.SessionFactory sessions,
            PersonLockRows locks,
            Audit audit,
            ObjectMapper json,
            @Named(Startup.CLAIMS) Signal claims) {
        this.sessions = sessions;
        this.locks = locks;
        this.audit = audit;
        this.json = json;
        this.claims = claims;
    }

    /**
     * Takes the lock. Empty when the caller has it now, and also when it has it already by the same
     * id; else the document of whoever holds the stack, as JSON.
     */
    Uni<Optional<String>> lock(StackRef stack, String caller, byte[] body) {
        LockInfo wanted = read(body);
        LockInfo.Written lock = new LockInfo.Written(String.valueOf(wanted.id()), written(wanted));
        Along along = audit.along(caller, "lock-state", stack.key(), null);
        return sessions.withSession(session -> locks.take(session, stack, lock, caller, along))
                .map(taken ->
                        taken.done() || lock.id().equals(taken.before().lockId())
                                ? Optional.empty()
                                : holder(stack, taken.before()));
    }

    /**
     * Frees the lock of that id; a lock that is gone is free. Empty when it is; else the document
     * of whoever holds the stack by another id, as JSON.
     */
    Uni<Optional<String>> unlock(StackRef stack, String caller, byte[] body) {
        LockInfo given = read(body);
        String id = String.valueOf(given.id());
        String action = given.onlyId() ? "force-unlock-state" : "unlock-state";
        Along along = audit.along(caller, action, stack.key(), null);
        return free(stack, id, along)
                .map(freed ->
                        freed.done() ? Optional.<String>empty() : holder(stack, freed.before()))
                .invoke(claims::wake);
    }

    /** Again, if it was taken while the stack was waited for: such a lock was seen, not freed. */
    private Uni<PersonLockRows.Done> free(StackRef stack, String id, Along along) {
        return sessions.withSession(session -> locks.free(session, stack, id, along))
                .chain(freed ->
                        !freed.done() && id.equals(freed.before().lockId())
                                ? free(stack, id, along)
                                : Uni.createFrom().item(freed));
    }

    static Refusal tooLarge() {
        return new Refusal(413, "LOCK_INVALID", "A lock document may have 16 KiB");
    }

    private Optional<String> holder(StackRef stack, StackHold hold) {
        if (hold.lockId() != null) {
            return Optional.ofNullable(hold.lockInfo());
        }
        if (hold.leaseId() != null) {
            return Optional.of(
                    written(
                            LockInfo.ofRun(
                                    hold.leaseRun(),
                                    String.valueOf(hold.leaseWorker()),
                                    String.valueOf(hold.leaseSince()),
                                    stack.key())));
        }
        return Optional.empty();
    }

    private LockInfo read(byte[] body) {
        try {
            LockInfo info =
                    json.readValue(new String(body, StandardCharsets.UTF_8), LockInfo.class);
            // "null" and "{}" are JSON too; without an id they name no lock.
            if (info != null && info.hasId()) {
                return info;
            }
        } catch (JsonProcessingException e) {
            throw new Refusal(400, "LOCK_INVALID", "The body is not a lock document in JSON");
        }
        throw new Refusal(
                400,
                "LOCK_INVALID",
                "The body must be a lock document with an ID, or any lock would be freed. Terraform"
                        + " sends none on force-unlock: use tofu 1.10 or newer, or send {\"ID\": …}");
    }

    private String written(LockInfo info) {
        try {
            return json.writeValueAsString(info);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a lock document cannot be written", e);
        }
    }
}
