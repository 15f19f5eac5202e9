package io.leasehold.state.tenant;

import io.leasehold.state.source.PlaceDecider;
import io.leasehold.state.source.PlaceDecider.Spot;
import io.leasehold.state.source.SourceTopics;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Objects;
import org.hibernate.reactive.mutiny.Mutiny;

/** Says how an event of a source ordered by position stands to what its tenant has. */
@ApplicationScoped
class Positions {
    private final SourceTopics topics;
    private final HeldRecords held;

    Positions(SourceTopics topics, HeldRecords held) {
        this.topics = topics;
        this.held = held;
    }

    /**
     * @param known the tenant's lives, locked
     * @param first it is not to wait behind others that are held
     */
    Uni<PlaceDecider.Verdict> of(
            Mutiny.Session session, Arrival arrival, List<KnownLife> known, boolean first) {
        return topics.known(session, arrival.stands())
                .chain(topic ->
                        (first
                                        ? Uni.createFrom().item(false)
                                        : held.any(session, arrival.change().tenantId()))
                                .map(others ->
                                        PlaceDecider.decide(
                                                situation(arrival, known, topic, others))));
    }

    private static PlaceDecider.Situation situation(
            Arrival arrival, List<KnownLife> known, SourceTopics.Known topic, boolean others) {
        return new PlaceDecider.Situation(
                new Spot(
                        arrival.stands().topic(),
                        topic.ordinal(),
                        arrival.stands().partition(),
                        arrival.stands().offset()),
                topic.partitions(),
                topic.toldPartitions(),
                others,
                known.stream().map(KnownLife::spot).filter(Objects::nonNull).toList(),
                known.stream()
                        .filter(life -> life.incarnation() == arrival.change().incarnation())
                        .map(KnownLife::spot)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null));
    }
}
