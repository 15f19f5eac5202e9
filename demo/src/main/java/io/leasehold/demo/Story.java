package io.leasehold.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.client.LatestOutputs;
import io.leasehold.embedded.platform.PlatformSystem;
import io.leasehold.events.EventType;
import io.leasehold.events.Headers;
import io.leasehold.events.StackKey;
import io.leasehold.events.Topics;
import io.leasehold.events.outgoing.DriftEvent;
import io.leasehold.events.outgoing.DriftFinding;
import io.leasehold.events.outgoing.RunKind;
import io.leasehold.events.outgoing.RunPhase;
import io.leasehold.events.outgoing.RunStatus;
import io.leasehold.events.outgoing.StackOutputs;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.EventView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What happens in the demo, in its order. Every promise is looked at; the first that does not hold
 * ends the story.
 */
final class Story {
    private static final String ACME = "acme";
    private static final String GLOBEX = "globex";
    private static final String INITECH = "initech";
    private static final List<String> STACKS = List.of("database", "topics");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int FIRST_LIMIT = 10;
    private static final int CORRECTED_LIMIT = 20;
    private static final int UPDATED_LIMIT = 25;
    private static final int LIMIT_BY_HAND = 99;

    private final PlatformSystem system;
    private final Upstream upstream;
    private final Feed feed;
    private final Operator operator;
    private final TenantsPlace place;
    private final Cast cast;

    /** What a story needs beside the system: where it is told, measured, and disturbed. */
    record Cast(Screen screen, Timings timings, Disturbance disturbance, Path scratch) {}

    Story(
            PlatformSystem system,
            Upstream upstream,
            Feed feed,
            Operator operator,
            TenantsPlace place,
            Cast cast) {
        this.system = system;
        this.upstream = upstream;
        this.feed = feed;
        this.operator = operator;
        this.place = place;
        this.cast = cast;
    }

    void tell() {
        Creation creation = threeTenantsAreCreated();
        long changed = twoChangesAreSent();
        globexIsThere();
        replayTheDeadLetter(creation.corrected());
        oneIsUpdatedAndOneIsGone(changed);
        somebodyChangesARoleByHand();
        theTopicsHoldNoSecret();
    }

    private record Creation(String corrected) {}

    private Creation threeTenantsAreCreated() {
        cast.screen().chapter("Three tenants are created; one event comes twice, one is broken");
        long sent = System.nanoTime();
        upstream.created(ACME, Map.of());
        upstream.createdAgain(ACME, Map.of());
        upstream.created(GLOBEX, Map.of("connectionLimit", FIRST_LIMIT));
        upstream.created(INITECH, Map.of("topics", List.of("events", "orders")));
        String corrected =
                upstream.brokenUpdate(GLOBEX, 2, Map.of("connectionLimit", CORRECTED_LIMIT));
        cast.screen().line("upstream", "sent 3 tenant.created, 1 of them twice, and half an event");
        cast.disturbance().reached(DemoOptions.Point.EVENTS_SENT);

        feed.await(
                "a run that works on a tenant's things", PATIENCE, status(s -> s.runId() != null));
        cast.disturbance().reached(DemoOptions.Point.RUNNING);
        boolean disturbed = false;
        for (String tenant : List.of(ACME, GLOBEX, INITECH)) {
            long ready = 0;
            for (String stack : STACKS) {
                ready = Math.max(ready, awaitOutputs(tenant, stack, 1).atNanos());
            }
            cast.timings().took("created " + tenant + ": event to outputs", sent, ready);
            if (!disturbed) {
                cast.disturbance().reached(DemoOptions.Point.FIRST_READY);
                disturbed = true;
            }
        }
        awaitDisposition(ACME, Disposition.DUPLICATE, "the event that came twice is a duplicate");
        cast.screen().proof("the second copy of acme's event is recorded as DUPLICATE");
        return new Creation(corrected);
    }

    private Sighting awaitOutputs(String tenant, String stack, long generation) {
        return feed.await(
                "outputs of %s/%s at generation %d".formatted(tenant, stack, generation),
                PATIENCE,
                seen ->
                        seen.key().equals(tenant + "/1/" + stack)
                                && seen.as(StackOutputs.class)
                                        .filter(outputs -> isReady(outputs, generation))
                                        .isPresent());
    }

    private static boolean isReady(StackOutputs outputs, long generation) {
        return outputs.ready() && outputs.generation() >= generation;
    }

    private static Predicate<Sighting> status(Predicate<RunStatus> fits) {
        return seen -> seen.as(RunStatus.class).filter(fits).isPresent();
    }

    private void awaitDisposition(String tenant, Disposition wanted, String promise) {
        List<Disposition> found =
                operator.events(tenant).stream().map(EventView::disposition).toList();
        BrokenPromiseException.unless(found.contains(wanted), promise + "; found " + found);
    }

    private long twoChangesAreSent() {
        cast.screen().chapter("acme gets more, initech leaves");
        long sent = System.nanoTime();
        upstream.updated(
                ACME,
                2,
                Map.of("connectionLimit", UPDATED_LIMIT, "topics", List.of("events", "audit")));
        upstream.deleted(INITECH, 2, Map.of("topics", List.of("events", "orders")));
        cast.screen().line("upstream", "sent tenant.updated for acme, tenant.deleted for initech");
        cast.disturbance().reached(DemoOptions.Point.CHANGES_SENT);
        return sent;
    }

    private void globexIsThere() {
        String database = operator.output(GLOBEX, "database", "database").asText();
        String role = operator.output(GLOBEX, "database", "role").asText();
        String password = operator.output(GLOBEX, "database", "password").asText();
        cast.screen()
                .proof(
                        "globex logs in with its own password: "
                                + place.loginAndUse(database, role, password));
        String foreign = operator.output(ACME, "database", "database").asText();
        BrokenPromiseException.unless(
                place.isKeptOut(foreign, role, password),
                "globex cannot log in to acme's database");
        cast.screen().proof("globex is kept out of " + foreign);
        List<String> topics = place.topics(GLOBEX);
        BrokenPromiseException.unless(
                topics.equals(List.of("globex.events")),
                "globex has the topic globex.events; found " + topics);
        long permissions = place.permissions(GLOBEX);
        BrokenPromiseException.unless(permissions > 0, "globex has permissions on its topics");
        cast.screen()
                .proof("the tenants' broker lists %s with %d ACLs".formatted(topics, permissions));
        Map<String, Object> kafka = Map.of("bootstrap.servers", system.kafkaBootstrapServers());
        try (LatestOutputs view = LatestOutputs.open(kafka, (_, _) -> {})) {
            BrokenPromiseException.unless(
                    view.awaitReady(PATIENCE), "the outputs topic can be read within its time");
            for (String stack : STACKS) {
                showOutputs(GLOBEX, view, stack);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokenPromiseException("interrupted while reading outputs", e);
        }
    }

    /** As a deployer that starts now sees them, by the client that deployers use. */
    private void showOutputs(String tenant, LatestOutputs view, String stack) {
        String key = tenant + "/1/" + stack;
        StackOutputs latest =
                view.get(new StackKey(tenant, 1, stack))
                        .orElseThrow(() ->
                                new BrokenPromiseException(
                                        "the compacted topic has outputs for " + key));
        List<String> lines = new ArrayList<>();
        latest.outputs()
                .forEach((name, output) -> {
                    JsonNode value = output.value();
                    lines.add(
                            "  %s = %s"
                                    .formatted(
                                            name,
                                            value == null
                                                    ? "(sensitive) " + output.ref()
                                                    : value.toString()));
                });
        cast.screen().session("on the compacted topic under " + key, lines);
    }

    private void replayTheDeadLetter(String corrected) {
        cast.screen()
                .chapter("An operator looks at the broken event, corrects it and sends it again");
        Sighting letter =
                feed.await(
                        "the dead letter of globex's broken event",
                        PATIENCE,
                        seen ->
                                seen.topic().equals(Topics.DEAD_LETTER)
                                        && seen.key().equals(GLOBEX));
        String code = letter.header(Headers.DLT_CODE);
        BrokenPromiseException.unless(
                code.equals("JSON_MALFORMED"), "the code is JSON_MALFORMED, not " + code);
        String id = letter.header(Headers.DLT_ID);
        Path copy = cast.scratch().resolve("corrected.json");
        try {
            Files.writeString(copy, corrected);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> listed = operator.types("dead-letters", "list");
        BrokenPromiseException.unless(
                listed.stream().anyMatch(line -> line.contains(id)),
                "the list names dead letter " + id);
        operator.types("dead-letters", "show", id);
        operator.types(
                "dead-letters",
                "edit",
                id,
                "--value",
                copy.toString(),
                "--reason",
                "the closing brace was missing");
        operator.types("dead-letters", "replay", id);
        long sent = System.nanoTime();
        operator.types(
                "dead-letters", "replay", id, "--execute", "--reason", "corrected and checked");
        Sighting applied =
                feed.await(
                        "the end of globex's corrected event",
                        PATIENCE,
                        status(s -> isApplied(s, GLOBEX, 2)));
        cast.timings().took("replayed dead letter: command to applied", sent, applied.atNanos());
        promiseLimit(GLOBEX, CORRECTED_LIMIT);
    }

    private static boolean isApplied(RunStatus status, String tenant, long generation) {
        return status.tenantId().equals(tenant)
                && status.stack() == null
                && status.generation() >= generation
                && status.phase() == RunPhase.APPLIED;
    }

    private void promiseLimit(String tenant, int limit) {
        int found = place.connectionLimit("tenant_" + tenant);
        BrokenPromiseException.unless(
                found == limit,
                "role tenant_%s may hold %d connections, not %d".formatted(tenant, limit, found));
        cast.screen().proof("role tenant_%s may hold %d connections".formatted(tenant, limit));
    }

    private void oneIsUpdatedAndOneIsGone(long sent) {
        Sighting updated =
                feed.await(
                        "the end of acme's update", PATIENCE, status(s -> isApplied(s, ACME, 2)));
        cast.timings().took("updated acme: event to applied", sent, updated.atNanos());
        promiseLimit(ACME, UPDATED_LIMIT);
        List<String> topics = place.topics(ACME);
        BrokenPromiseException.unless(
                topics.equals(List.of("acme.audit", "acme.events")),
                "acme has two topics now; found " + topics);
        cast.screen().proof("the tenants' broker lists " + topics);

        long gone = 0;
        for (String stack : STACKS) {
            Sighting destroyed =
                    feed.await(
                            "the destruction of initech/" + stack,
                            PATIENCE,
                            status(s -> isDestroyed(s, stack)));
            gone = Math.max(gone, destroyed.atNanos());
            feed.await(
                    "the withdrawal of the outputs of initech/" + stack,
                    PATIENCE,
                    seen ->
                            seen.is(EventType.OUTPUTS_WITHDRAWN)
                                    && seen.key().equals(INITECH + "/1/" + stack));
        }
        cast.timings().took("deleted initech: event to gone", sent, gone);
        BrokenPromiseException.unless(
                place.rolesAndDatabases("tenant_" + INITECH) == 0,
                "initech's role and database are gone");
        BrokenPromiseException.unless(
                place.topics(INITECH).isEmpty() && place.permissions(INITECH) == 0,
                "initech's topics and permissions are gone");
        String phase = operator.tenant(INITECH).phase();
        BrokenPromiseException.unless(phase.equals("DELETED"), "initech is DELETED, not " + phase);
        cast.screen()
                .proof("initech's role, database, topics and ACLs are gone, its outputs withdrawn");
    }

    private static boolean isDestroyed(RunStatus status, String stack) {
        return status.tenantId().equals(INITECH)
                && stack.equals(status.stack())
                && status.kind() == RunKind.DESTROY
                && status.phase() == RunPhase.SUCCEEDED;
    }

    private void somebodyChangesARoleByHand() {
        cast.screen().chapter("Somebody changes a role behind the platform's back");
        int before = feed.position();
        long changed = System.nanoTime();
        byHand(LIMIT_BY_HAND);
        cast.disturbance().reached(DemoOptions.Point.DRIFTED);
        Sighting detected = awaitDrift(before, EventType.DRIFT_DETECTED);
        cast.timings().took("drift: changed by hand to detected", changed, detected.atNanos());
        BrokenPromiseException.unless(
                detected.as(DriftEvent.class)
                        .map(DriftEvent::finding)
                        .filter(Story::namesTheRole)
                        .isPresent(),
                "the drift names postgresql_role.tenant");
        BrokenPromiseException.unless(
                operator.types("drift").stream()
                        .anyMatch(line -> line.contains("postgresql_role.tenant")),
                "the list of what is adrift names postgresql_role.tenant");
        before = feed.position();
        long undone = System.nanoTime();
        byHand(UPDATED_LIMIT);
        Sighting resolved = awaitDrift(before, EventType.DRIFT_RESOLVED);
        cast.timings().took("drift: put back to resolved", undone, resolved.atNanos());
        cast.screen().proof("the drift was detected, and is resolved");
    }

    private static boolean namesTheRole(DriftFinding finding) {
        return finding.changes().stream()
                .anyMatch(change -> change.address().equals("postgresql_role.tenant"));
    }

    private void byHand(int limit) {
        String sql = "ALTER ROLE \"tenant_%s\" CONNECTION LIMIT %d".formatted(ACME, limit);
        place.byHand(sql);
        cast.screen().line("by hand", sql);
    }

    private Sighting awaitDrift(int from, EventType type) {
        return feed.await(
                type.value() + " for acme/database",
                PATIENCE,
                from,
                seen -> seen.is(type) && seen.key().equals(ACME + "/1/database"));
    }

    private void theTopicsHoldNoSecret() {
        cast.screen().chapter("At the end");
        operator.types("tenants");
        for (String tenant : List.of(ACME, GLOBEX)) {
            String phase = operator.tenant(tenant).phase();
            BrokenPromiseException.unless(
                    phase.equals("READY"), tenant + " is READY, not " + phase);
            String password = operator.output(tenant, "database", "password").asText();
            BrokenPromiseException.unless(
                    feed.all().stream().noneMatch(seen -> seen.text().contains(password)),
                    "no topic carries the password of " + tenant);
        }
        List<String> open = operator.openDeadLetters();
        BrokenPromiseException.unless(
                open.isEmpty(), "nothing failed for good but what was replayed; found " + open);
        cast.screen()
                .proof(
                        "acme and globex are READY; none of %d records carries a password"
                                .formatted(feed.all().size()));
        cast.screen().line("system", "logs were in " + system.logs());
    }
}
