package io.leasehold.state.health;

import io.leasehold.state.problem.DatabaseFault;
import io.leasehold.state.schema.SchemaLevels;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Ready means that the database answers in time and has a schema that this version works on. Not
 * ready says what is missing; a service that has not started yet does not answer at all. What is
 * bounded is the wait: the question goes on to its end.
 */
@Readiness
@ApplicationScoped
class DatabaseReadiness implements AsyncHealthCheck {
    private static final Logger LOGGER = Logger.getLogger(DatabaseReadiness.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** A database that hangs is asked so seldom, whoever asks here. */
    private static final Duration SHARED = Duration.ofSeconds(30);

    private final SharedLook<SchemaLevels.Levels> look;

    DatabaseReadiness(SchemaLevels schema) {
        this.look = new SharedLook<>(schema::read, SHARED);
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return look.answer()
                .ifNoItem()
                .after(PATIENCE)
                .fail()
                .map(DatabaseReadiness::reachable)
                .onFailure()
                .recoverWithItem(DatabaseReadiness::failed);
    }

    private static HealthCheckResponse reachable(SchemaLevels.Levels levels) {
        HealthCheckResponseBuilder response =
                said("reachable")
                        .withData("schema", words(levels))
                        .withData("migration", levels.level() == null ? 0 : levels.level())
                        .withData("own-migration", levels.own());
        return (levels.fit().works() ? response.up() : response.down()).build();
    }

    private static String words(SchemaLevels.Levels levels) {
        return switch (levels.fit()) {
            case SAME -> "of this version";
            case NEWER -> "of a newer version beside which this one works";
            case TOO_NEW -> "too new: replace this version";
            case TOO_OLD -> "too old: start this version again, it brings its schema with it";
            case MISSING -> "missing";
        };
    }

    private static HealthCheckResponse failed(Throwable failure) {
        if (failure instanceof TimeoutException) {
            return said("busy").down().build();
        }
        if (DatabaseFault.of(failure) == DatabaseFault.AWAY) {
            return said("away").down().build();
        }
        LOGGER.warnf("the database refuses the question for its schema reason=%s", failure);
        return said("reachable, but refuses").down().build();
    }

    private static HealthCheckResponseBuilder said(String database) {
        return HealthCheckResponse.named("database").withData("database", database);
    }
}
