package io.leasehold.state.health;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Ready means that the database answers and has this version's schema. Not ready says which of the
 * two is missing; a service that has not started yet does not answer at all.
 */
@Readiness
@ApplicationScoped
class DatabaseReadiness implements AsyncHealthCheck {
    private static final String NAME = "database";
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Mutiny.SessionFactory sessions;

    DatabaseReadiness(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return sessions.withSession(session ->
                        session.createNativeQuery(
                                        "select count(*) from flyway_schema_history where success",
                                        Long.class)
                                .getSingleResult())
                .ifNoItem()
                .after(PATIENCE)
                .fail()
                .map(migrations ->
                        migrations > 0
                                ? ready(migrations)
                                : notReady("reachable, without its schema"))
                .onFailure()
                .recoverWithItem(() -> notReady("away"));
    }

    private static HealthCheckResponse ready(long migrations) {
        return HealthCheckResponse.named(NAME)
                .up()
                .withData("database", "reachable")
                .withData("migrations", migrations)
                .build();
    }

    private static HealthCheckResponse notReady(String why) {
        return HealthCheckResponse.named(NAME).down().withData("database", why).build();
    }
}
