package io.leasehold.state.blueprint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The registered blueprints, compiled once per process: what a key names never changes, so what was
 * read stays right. Safe to share.
 */
@ApplicationScoped
public class Blueprints {
    private final ObjectMapper json;
    private final Vertx vertx;
    private final BlueprintReader reader = new BlueprintReader();
    private final Map<BlueprintKey, Blueprint> compiled = new ConcurrentHashMap<>();

    /** Compiles on this Vert.x's worker threads. */
    public Blueprints(ObjectMapper json, Vertx vertx) {
        this.json = json;
        this.vertx = vertx;
    }

    /** The blueprint of that name and version, or empty when it is not registered. */
    public Uni<Optional<Blueprint>> find(Mutiny.Session session, BlueprintKey key) {
        Blueprint known = compiled.get(key);
        if (known != null) {
            return Uni.createFrom().item(Optional.of(known));
        }
        return session.createNativeQuery(
                        """
                        select yaml, cast(modules as text) from blueprint
                        where name = :name and version = :version
                        """,
                        Tuple.class)
                .setParameter("name", key.name())
                .setParameter("version", key.version())
                .getSingleResultOrNull()
                .chain(row -> row == null ? none() : compile(key, row));
    }

    private static Uni<Optional<Blueprint>> none() {
        return Uni.createFrom().item(Optional.empty());
    }

    private Uni<Optional<Blueprint>> compile(BlueprintKey key, Tuple row) {
        String yaml = row.get(0, String.class);
        String modules = row.get(1, String.class);
        return vertx.executeBlocking(() -> {
            Blueprint blueprint = reader.read(reader.parse(yaml), digests(modules));
            compiled.put(key, blueprint);
            return Optional.of(blueprint);
        });
    }

    private Map<String, String> digests(String modules) {
        try {
            return json.readValue(modules, new TypeReference<Map<String, String>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a blueprint's modules are not a JSON object", e);
        }
    }
}
