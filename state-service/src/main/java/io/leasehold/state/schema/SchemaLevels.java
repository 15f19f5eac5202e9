package io.leasehold.state.schema;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Arrays;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Reads the levels of the service and of its database. Safe to share. */
@ApplicationScoped
public class SchemaLevels {
    /** The migration that made the table of the floor. */
    private static final int HAS_FLOOR = 16;

    private final Mutiny.SessionFactory sessions;
    private final Flyway flyway;
    private volatile int own;

    SchemaLevels(Mutiny.SessionFactory sessions, Flyway flyway) {
        this.sessions = sessions;
        this.flyway = flyway;
    }

    /**
     * The levels, which are numbers of migrations.
     *
     * @param own of this service
     * @param level of the database; null when it has no schema
     * @param floor what a service must have at least; null when the database does not say
     */
    public record Levels(int own, @Nullable Integer level, @Nullable Integer floor) {
        /** How the schema is to this service. */
        public SchemaDecider.Fit fit() {
            return SchemaDecider.decide(own, level, floor);
        }
    }

    void started(@Observes StartupEvent event) {
        own =
                Arrays.stream(flyway.info().all())
                        .filter(each -> each.getVersion() != null && each.getState().isResolved())
                        .mapToInt(SchemaLevels::number)
                        .max()
                        .orElseThrow();
    }

    private static int number(MigrationInfo migration) {
        return Integer.parseInt(migration.getVersion().getVersion());
    }

    /** The newest migration that this service has. */
    public int own() {
        return own;
    }

    /** Asks the database. */
    public Uni<Levels> read() {
        return sessions.withSession(this::read);
    }

    /** Asks the database in that session. */
    public Uni<Levels> read(Mutiny.Session session) {
        return session.createNativeQuery(
                        "select to_regclass('flyway_schema_history') is not null", Boolean.class)
                .getSingleResult()
                .chain(there -> there ? level(session) : none(null));
    }

    private Uni<Levels> level(Mutiny.Session session) {
        return session.createNativeQuery(
                        """
                        select coalesce(max(cast(version as int)), 0) from flyway_schema_history
                        where success and version is not null
                        """,
                        Integer.class)
                .getSingleResult()
                .chain(level ->
                        level < HAS_FLOOR
                                ? none(level == 0 ? null : level)
                                : session.createNativeQuery(
                                                "select oldest from schema_floor", Integer.class)
                                        .getSingleResultOrNull()
                                        .map(floor -> new Levels(own, level, floor)));
    }

    private Uni<Levels> none(@Nullable Integer level) {
        return Uni.createFrom().item(new Levels(own, level, null));
    }
}
