package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.LetterCopy;
import io.leasehold.state.source.Place;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.Objects;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Writes letters, each with what is known of what it came of. Safe to share. */
@ApplicationScoped
class NewLetters {
    private final String appVersion;

    NewLetters(@ConfigProperty(name = "quarkus.application.version") String appVersion) {
        this.appVersion = appVersion;
    }

    /** The version of this service, which letters are told with. */
    String appVersion() {
        return appVersion;
    }

    /**
     * What a letter is beside the failure it tells of.
     *
     * @param before what it came of
     */
    record Told(String id, String fingerprint, String appVersion, Before before) {
        /** Nothing was different, and it failed as before. */
        boolean sameAgain(@Nullable String blueprint) {
            return before.letterId() != null
                    && fingerprint.equals(before.cause().fingerprint())
                    && appVersion.equals(before.cause().appVersion())
                    && Objects.equals(blueprint, before.cause().blueprint());
        }
    }

    Uni<Void> insert(
            Mutiny.Session session, Told told, RefusedEvent event, byte @Nullable [] sealed) {
        Place origin = Place.of(event.raw().position());
        Place place = told.before().place();
        return common(
                        session.createNativeQuery(
                                """
                                insert into dead_letter (id, kind, status, tenant_id, incarnation, generation, topic,
                                    topic_id, partition_no, offset_no, event_id, event_type, code, reason, raw, replays,
                                    place_topic_id, place_partition, place_offset, at, stage, fingerprint, blueprint,
                                    app_version, first_failed_at, came_of, same_again)
                                values (:id, 'EVENT', 'OPEN', cast(:tenant as text), cast(:incarnation as int),
                                    cast(:generation as bigint), :topic, :topicId, :partition, :offset,
                                    cast(:event as text), cast(:type as text), :code, :reason, cast(:raw as bytea), :replays,
                                    cast(:placeTopicId as text), cast(:placePartition as int), cast(:placeOffset as bigint),
                                    clock_timestamp(), 'intake', :fingerprint, cast(:blueprint as text), :app,
                                    coalesce(cast(cast(:first as text) as timestamptz), clock_timestamp()), cast(:cameOf as text),
                                    :again)
                                """),
                        told,
                        event.blueprint())
                .setParameter("tenant", event.tenantId())
                .setParameter("incarnation", event.incarnation())
                .setParameter("generation", event.generation())
                .setParameter("topic", origin.topic())
                .setParameter("topicId", origin.topicId())
                .setParameter("partition", origin.partition())
                .setParameter("offset", origin.offset())
                .setParameter("event", event.eventId())
                .setParameter("type", event.eventType())
                .setParameter("code", event.code())
                .setParameter("reason", event.reason())
                .setParameter("raw", sealed)
                .setParameter("placeTopicId", place == null ? null : place.topicId())
                .setParameter("placePartition", place == null ? null : place.partition())
                .setParameter("placeOffset", place == null ? null : place.offset())
                .executeUpdate()
                .replaceWithVoid();
    }

    Uni<Void> insert(Mutiny.Session session, Told told, FailedRun run, @Nullable String blueprint) {
        return common(
                        session.createNativeQuery(
                                """
                                insert into dead_letter (id, kind, status, tenant_id, incarnation, stack, generation,
                                    revision, run_id, code, reason, replays, at, stage, fingerprint, blueprint,
                                    app_version, first_failed_at, came_of, same_again)
                                values (:id, 'RUN', 'OPEN', :tenant, :incarnation, :stack, :generation, :revision, :run,
                                    :code, :reason, :replays, clock_timestamp(), :stage, :fingerprint,
                                    cast(:blueprint as text), :app,
                                    coalesce(cast(cast(:first as text) as timestamptz), clock_timestamp()), cast(:cameOf as text),
                                    :again)
                                """),
                        told,
                        blueprint)
                .setParameter("tenant", run.stack().tenantId())
                .setParameter("incarnation", run.stack().incarnation())
                .setParameter("stack", run.stack().stack())
                .setParameter("generation", run.generation())
                .setParameter("revision", run.revision())
                .setParameter("run", run.runId())
                .setParameter("code", run.code())
                .setParameter("reason", run.reason())
                .setParameter("stage", run.stage())
                .executeUpdate()
                .replaceWithVoid();
    }

    /** A letter that came from elsewhere, as open. */
    Uni<Void> insert(
            Mutiny.Session session,
            LetterCopy copy,
            Place origin,
            String fingerprint,
            byte @Nullable [] original,
            byte @Nullable [] edited) {
        return session.createNativeQuery(
                        """
                        insert into dead_letter (id, kind, status, tenant_id, incarnation, generation, topic,
                            topic_id, partition_no, offset_no, event_id, event_type, code, reason, raw, edited,
                            replays, at, stage, fingerprint, blueprint, imported_at)
                        values (:id, 'EVENT', 'OPEN', cast(:tenant as text), cast(:incarnation as int),
                            cast(:generation as bigint), :topic, :topicId, :partition, :offset,
                            cast(:event as text), cast(:type as text), :code, :reason, cast(:raw as bytea),
                            cast(:edited as bytea), :replays, cast(cast(:at as text) as timestamptz), 'intake',
                            :fingerprint, cast(:blueprint as text), clock_timestamp())
                        """)
                .setParameter("id", copy.id())
                .setParameter("tenant", copy.tenantId())
                .setParameter("incarnation", copy.incarnation())
                .setParameter("generation", copy.generation())
                .setParameter("topic", origin.topic())
                .setParameter("topicId", origin.topicId())
                .setParameter("partition", origin.partition())
                .setParameter("offset", origin.offset())
                .setParameter("event", copy.eventId())
                .setParameter("type", copy.eventType())
                .setParameter("code", copy.code())
                .setParameter("reason", copy.reason())
                .setParameter("raw", original)
                .setParameter("edited", edited)
                .setParameter("replays", copy.replays())
                .setParameter("at", copy.at())
                .setParameter("fingerprint", fingerprint)
                .setParameter("blueprint", copy.blueprint())
                .executeUpdate()
                .replaceWithVoid();
    }

    private static Mutiny.MutationQuery common(
            Mutiny.MutationQuery query, Told told, @Nullable String blueprint) {
        Before before = told.before();
        Instant first = before.firstFailed();
        return query.setParameter("id", told.id())
                .setParameter("replays", before.replays())
                .setParameter("fingerprint", told.fingerprint())
                .setParameter("blueprint", blueprint)
                .setParameter("app", told.appVersion())
                .setParameter("first", first == null ? null : first.toString())
                .setParameter("cameOf", before.letterId())
                .setParameter("again", told.sameAgain(blueprint));
    }

    /**
     * What a letter came of.
     *
     * @param replays how often what it tells of was replayed
     * @param place where what was sent first stood; null for what is no replay
     * @param letterId the letter whose replay it is; null for what is no replay
     * @param firstFailed when it failed first; null when that is now
     */
    record Before(
            int replays,
            @Nullable Place place,
            @Nullable String letterId,
            @Nullable Instant firstFailed,
            Letter.Cause cause) {
        static final Before NOTHING =
                new Before(0, null, null, null, new Letter.Cause(null, null, null, null, false));
    }

    /** What the letter that this replay id belongs to knows; of an id not ours nothing. */
    Uni<Before> before(Mutiny.Session session, String replayId) {
        return session.createNativeQuery(
                        """
                        select d.id, d.replays, d.topic, coalesce(d.place_topic_id, d.topic_id) as topic_id,
                            coalesce(d.place_partition, d.partition_no) as partition_no,
                            coalesce(d.place_offset, d.offset_no) as offset_no,
                            cast(extract(epoch from coalesce(d.first_failed_at, d.at)) * 1000 as bigint) as first_millis,
                        """
                                + Letter.Cause.COLUMNS
                                + " from replay p join dead_letter d on d.id = p.dead_letter_id"
                                + " where p.replay_id = :replay",
                        Tuple.class)
                .setParameter("replay", replayId)
                .getSingleResultOrNull()
                .map(row ->
                        row == null
                                ? Before.NOTHING
                                : new Before(
                                        row.get("replays", Integer.class),
                                        new Place(
                                                row.get("topic", String.class),
                                                row.get("topic_id", String.class),
                                                row.get("partition_no", Integer.class),
                                                row.get("offset_no", Long.class)),
                                        row.get("id", String.class),
                                        Instant.ofEpochMilli(row.get("first_millis", Long.class)),
                                        Letter.Cause.of(row)));
    }

    /**
     * What is known of a run that failed.
     *
     * @param blueprint name@version that it ran
     */
    record RunBefore(@Nullable String blueprint, Before before) {}

    /** How runs of this very revision went before. */
    Uni<RunBefore> before(Mutiny.Session session, FailedRun run) {
        return session.createNativeQuery(
                        """
                        select d.replays, case when d.status = 'REPLAYED' then d.id end as came_of,
                            d.stage, d.fingerprint, d.blueprint, d.app_version, coalesce(d.same_again, false) as same_again,
                            r.blueprint_name || '@' || r.blueprint_version as ran,
                            cast(extract(epoch from least(d.first_failed_at, d.at, f.finished_at)) * 1000 as bigint)
                                as first_millis
                        from run r
                        left join lateral (select * from dead_letter
                            where kind = 'RUN' and tenant_id = :tenant and incarnation = :incarnation
                              and stack = :stack and revision = :revision
                            order by id desc limit 1) d on true
                        left join lateral (select finished_at from run
                            where tenant_id = :tenant and incarnation = :incarnation and stack = :stack
                              and revision = :revision and code is not null and finished_at is not null
                            order by started_at limit 1) f on true
                        where r.run_id = :run
                        """,
                        Tuple.class)
                .setParameter("tenant", run.stack().tenantId())
                .setParameter("incarnation", run.stack().incarnation())
                .setParameter("stack", run.stack().stack())
                .setParameter("revision", run.revision())
                .setParameter("run", run.runId())
                .getSingleResultOrNull()
                .map(row ->
                        row == null
                                ? new RunBefore(null, Before.NOTHING)
                                : new RunBefore(row.get("ran", String.class), before(row)));
    }

    private static Before before(Tuple row) {
        Integer replays = row.get("replays", Integer.class);
        Long first = row.get("first_millis", Long.class);
        return new Before(
                replays == null ? 0 : replays,
                null,
                row.get("came_of", String.class),
                first == null ? null : Instant.ofEpochMilli(first),
                Letter.Cause.of(row));
    }
}
