package io.leasehold.state.blueprint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.BlueprintRegistration;
import io.leasehold.ledger.api.BlueprintView;
import io.leasehold.ledger.api.Page;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Registers blueprints: checked whole, stored with their modules in one transaction, never changed.
 * Safe to share.
 */
@ApplicationScoped
public class BlueprintRegistry {
    private final Mutiny.SessionFactory sessions;
    private final ObjectMapper json;
    private final Vertx vertx;
    private final Audit audit;
    private final SealedModules sealed;
    private final BlueprintReader reader = new BlueprintReader();

    /** Stores through these sessions. */
    public BlueprintRegistry(
            Mutiny.SessionFactory sessions,
            ObjectMapper json,
            Vertx vertx,
            Audit audit,
            SealedModules sealed) {
        this.sessions = sessions;
        this.json = json;
        this.vertx = vertx;
        this.audit = audit;
        this.sealed = sealed;
    }

    /** A registration and whether it was new. */
    public record Registered(BlueprintView view, boolean created) {}

    /** Registers; the same content again is no change, other content under the same key a 409. */
    public Uni<Registered> register(BlueprintRegistration registration, String by) {
        return vertx.executeBlocking(() -> check(registration))
                .chain(checked ->
                        sessions.withTransaction(
                                (session, _) -> store(session, registration, checked, by)));
    }

    private record Checked(Blueprint blueprint, Map<String, String> modules) {}

    private Checked check(BlueprintRegistration registration) {
        JsonNode document = reader.parse(registration.yaml());
        Set<String> named = reader.moduleDirs(document);
        Map<String, String> modules = new TreeMap<>();
        for (BlueprintRegistration.ModuleArchive archive : registration.modules()) {
            if (!named.contains(archive.dir())) {
                throw new Refusal(
                        422, "BLUEPRINT_INVALID", "no stack has the module " + archive.dir());
            }
            ModuleArchives.check(archive.dir(), archive.tarGz());
            if (modules.put(archive.dir(), ModuleArchives.digest(archive.tarGz())) != null) {
                throw new Refusal(422, "BLUEPRINT_INVALID", "two archives for " + archive.dir());
            }
        }
        return new Checked(reader.read(document, modules), modules);
    }

    private Uni<Registered> store(
            Mutiny.Session session,
            BlueprintRegistration registration,
            Checked checked,
            String by) {
        Blueprint blueprint = checked.blueprint();
        BlueprintKey key = blueprint.key();
        return session.createNativeQuery(
                        """
                        insert into blueprint (name, version, digest, yaml, modules, registered_at, registered_by)
                        values (:name, :version, :digest, :yaml, cast(cast(:modules as text) as jsonb), clock_timestamp(), :by)
                        on conflict (name, version) do nothing
                        """)
                .setParameter("name", key.name())
                .setParameter("version", key.version())
                .setParameter("digest", blueprint.digest())
                .setParameter("yaml", registration.yaml())
                .setParameter("modules", written(checked.modules()))
                .setParameter("by", by)
                .executeUpdate()
                .chain(inserted ->
                        inserted == 1
                                ? storeModules(session, registration, checked, by)
                                : compare(session, blueprint));
    }

    private Uni<Registered> storeModules(
            Mutiny.Session session,
            BlueprintRegistration registration,
            Checked checked,
            String by) {
        Uni<Void> stored = Uni.createFrom().voidItem();
        for (BlueprintRegistration.ModuleArchive archive : registration.modules()) {
            String digest = String.valueOf(checked.modules().get(archive.dir()));
            stored = stored.chain(() -> storeModule(session, digest, archive.tarGz()));
        }
        Blueprint blueprint = checked.blueprint();
        return stored.chain(() ->
                        audit.record(
                                session,
                                by,
                                "register-blueprint",
                                blueprint.key().toString(),
                                null))
                .replaceWith(new Registered(view(blueprint), true));
    }

    private Uni<Void> storeModule(Mutiny.Session session, String digest, byte[] tarGz) {
        return sealed.seal(session, digest, tarGz)
                .chain(bytes ->
                        session.createNativeQuery(
                                        """
                                        insert into module_archive (digest, tar_gz, stored_at)
                                        values (:digest, :bytes, clock_timestamp())
                                        on conflict (digest) do nothing
                                        """)
                                .setParameter("digest", digest)
                                .setParameter("bytes", bytes)
                                .executeUpdate())
                .replaceWithVoid();
    }

    private static Uni<Registered> compare(Mutiny.Session session, Blueprint blueprint) {
        return session.createNativeQuery(
                        "select digest from blueprint where name = :name and version = :version",
                        String.class)
                .setParameter("name", blueprint.key().name())
                .setParameter("version", blueprint.key().version())
                .getSingleResult()
                .map(digest -> {
                    if (digest.equals(blueprint.digest())) {
                        return new Registered(view(blueprint), false);
                    }
                    throw new Refusal(
                            409,
                            "BLUEPRINT_IMMUTABLE",
                            blueprint.key()
                                    + " is registered with other content, which tenants may"
                                    + " use; register the change as a new version");
                });
    }

    /**
     * A page of blueprints in order of name and registration.
     *
     * @param after begins behind this one; null begins with the first
     */
    Uni<Page<BlueprintView>> list(@Nullable BlueprintKey after, int limit) {
        return sessions.withSession(session ->
                session.createNativeQuery(
                                """
                                select name, version, digest, yaml from blueprint
                                where cast(:name as text) is null or (name, registered_at, version) >
                                    (select name, registered_at, version from blueprint
                                     where name = cast(:name as text) and version = cast(:version as text))
                                order by name, registered_at, version limit :most
                                """,
                                Object[].class)
                        .setParameter("name", after == null ? null : after.name())
                        .setParameter("version", after == null ? null : after.version())
                        .setParameter("most", limit)
                        .getResultList()
                        .chain(rows -> vertx.executeBlocking(() -> views(rows)))
                        .map(views -> new Page<>(views, next(views, limit))));
    }

    private static @Nullable String next(List<BlueprintView> views, int limit) {
        return views.size() < limit
                ? null
                : views.getLast().name() + "@" + views.getLast().version();
    }

    private List<BlueprintView> views(List<Object[]> rows) {
        return rows.stream()
                .map(row -> {
                    Set<String> stacks = new TreeSet<>();
                    reader.parse((String) row[3])
                            .path("stacks")
                            .fieldNames()
                            .forEachRemaining(stacks::add);
                    return new BlueprintView(
                            (String) row[0], (String) row[1], (String) row[2], List.copyOf(stacks));
                })
                .toList();
    }

    private static BlueprintView view(Blueprint blueprint) {
        return new BlueprintView(
                blueprint.key().name(),
                blueprint.key().version(),
                blueprint.digest(),
                blueprint.stacks().keySet().stream().sorted().toList());
    }

    private String written(Map<String, String> modules) {
        try {
            return json.writeValueAsString(modules);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of strings cannot be written as JSON", e);
        }
    }
}
