package io.leasehold.state.tenant;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.leasehold.state.DecisionTable;
import io.leasehold.state.DecisionTable.Point;
import io.leasehold.state.blueprint.BlueprintKey;
import io.leasehold.state.tenant.Change.Lifecycle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every event in every state of the life it names. */
class VerdictTableTest {
    private static final int NEWEST = 5;
    private static final long GENERATION = 100;

    /** Which life the event names. */
    private enum Life {
        /** Of a tenant never seen. */
        FIRST,
        NEWER,
        FAR_NEWER,
        NEWEST,
        OLDER,
        OLDER_NEVER_SEEN
    }

    /** What is known of that life; of the newest where the event's own was never seen. */
    private enum State {
        WANTED,
        DELETED,
        DESTROY_FAILED
    }

    private enum Event {
        CHANGE,
        DELETE,
        WITHOUT_SPEC
    }

    private enum Generation {
        FAR_ABOVE,
        ABOVE,
        SAME,
        BELOW
    }

    /** What the ledger remembers of the event's generation. */
    private enum Content {
        KNOWN,
        OTHER,
        NEVER_SEEN
    }

    private final VerdictDecider decider = new VerdictDecider();

    @Test
    void byGeneration() {
        DecisionTable.of(
                        """
                        life              state                   event         generation       content           | then
                        FIRST             *                       WITHOUT_SPEC  *                *                 | TENANT_UNKNOWN
                        *                 *                       WITHOUT_SPEC  *                *                 | SCHEMA_VIOLATION
                        FAR_NEWER         *                       *             *                *                 | INCARNATION_JUMP
                        FIRST|NEWER       *                       *             *                *                 | accepted as new
                        OLDER_NEVER_SEEN  *                       *             *                *                 | stale OLD_INCARNATION
                        OLDER             *                       CHANGE        *                *                 | stale OLD_INCARNATION
                        *                 DELETED                 DELETE        *                *                 | duplicate
                        *                 DESTROY_FAILED          DELETE        ABOVE|FAR_ABOVE  *                 | accepted
                        *                 DESTROY_FAILED          DELETE        *                *                 | duplicate
                        *                 DELETED|DESTROY_FAILED  CHANGE        ABOVE|FAR_ABOVE  *                 | INCARNATION_REQUIRED
                        *                 DELETED|DESTROY_FAILED  CHANGE        *                *                 | stale
                        *                 WANTED                  DELETE        BELOW            *                 | stale STALE_DELETE
                        *                 WANTED                  DELETE        *                *                 | accepted
                        *                 WANTED                  CHANGE        FAR_ABOVE        *                 | GENERATION_JUMP
                        *                 WANTED                  CHANGE        ABOVE            *                 | accepted
                        *                 WANTED                  CHANGE        SAME             KNOWN             | duplicate
                        *                 WANTED                  CHANGE        SAME             OTHER|NEVER_SEEN  | GENERATION_CONFLICT
                        *                 WANTED                  CHANGE        BELOW            KNOWN             | duplicate
                        *                 WANTED                  CHANGE        BELOW            NEVER_SEEN        | stale
                        *                 WANTED                  CHANGE        BELOW            OTHER             | stale GENERATION_REGRESSION
                        """)
                .axis("life", Life.class)
                .axis("state", State.class)
                .axis("event", Event.class)
                .axis("generation", Generation.class)
                .axis("content", Content.class)
                .holds(point -> said(decider.decide(lives(point), change(point))));
    }

    @Test
    void byPosition() {
        DecisionTable.of(
                        """
                        life              state                   event         later  content  | then
                        FIRST             *                       WITHOUT_SPEC  *      *        | TENANT_UNKNOWN
                        *                 *                       WITHOUT_SPEC  *      *        | SCHEMA_VIOLATION
                        FAR_NEWER         *                       *             *      *        | INCARNATION_JUMP
                        FIRST|NEWER       *                       *             *      *        | accepted as new
                        OLDER_NEVER_SEEN  *                       *             *      *        | stale OLD_INCARNATION
                        OLDER             *                       CHANGE        *      *        | stale OLD_INCARNATION
                        *                 DELETED                 DELETE        *      *        | duplicate
                        *                 DESTROY_FAILED          DELETE        true   *        | accepted
                        *                 DESTROY_FAILED          DELETE        false  *        | duplicate
                        *                 DELETED|DESTROY_FAILED  CHANGE        true   *        | INCARNATION_REQUIRED
                        *                 DELETED|DESTROY_FAILED  CHANGE        false  *        | stale
                        *                 WANTED                  DELETE        true   *        | accepted
                        *                 WANTED                  DELETE        false  *        | stale
                        *                 WANTED                  CHANGE        *      KNOWN    | duplicate
                        *                 WANTED                  CHANGE        true   OTHER    | accepted
                        *                 WANTED                  CHANGE        false  OTHER    | stale
                        """)
                .axis("life", Life.class)
                .axis("state", State.class)
                .axis("event", Event.class)
                .yesOrNo("later")
                .axis("content", Content.KNOWN, Content.OTHER)
                .holds(point ->
                        said(
                                decider.decideByPosition(
                                        lives(point),
                                        changeByPosition(point),
                                        point.get("later"))));
    }

    private static List<KnownLife> lives(Point point) {
        Life life = point.get("life");
        State state = point.get("state");
        String then = then(point);
        List<KnownLife> lives = new ArrayList<>();
        switch (life) {
            case FIRST -> {}
            case NEWER, FAR_NEWER, NEWEST -> lives.add(known(NEWEST, state, then));
            case OLDER -> {
                lives.add(known(NEWEST - 1, state, then));
                lives.add(known(NEWEST, State.WANTED, null));
            }
            case OLDER_NEVER_SEEN -> lives.add(known(NEWEST, state, null));
        }
        return lives;
    }

    private static @Nullable String then(Point point) {
        return switch (point.<Content>get("content")) {
            case KNOWN -> "h";
            case OTHER -> "other";
            case NEVER_SEEN -> null;
        };
    }

    private static KnownLife known(int incarnation, State state, @Nullable String then) {
        return new KnownLife(
                incarnation,
                GENERATION,
                then == null ? "another" : then,
                state != State.WANTED,
                state == State.DESTROY_FAILED,
                then,
                null);
    }

    private static Change change(Point point) {
        return change(
                point,
                switch (point.<Generation>get("generation")) {
                    case FAR_ABOVE -> GENERATION + 1_000_001;
                    case ABOVE -> GENERATION + 1;
                    case SAME -> GENERATION;
                    case BELOW -> GENERATION - 1;
                });
    }

    /** Its generation must not matter. */
    private static Change changeByPosition(Point point) {
        return change(point, 0);
    }

    private static Change change(Point point, long generation) {
        Event event = point.get("event");
        return new Change(
                "acme",
                switch (point.<Life>get("life")) {
                    case FIRST -> 1;
                    case NEWER -> NEWEST + 1;
                    case FAR_NEWER -> NEWEST + 1_001;
                    case NEWEST -> NEWEST;
                    case OLDER, OLDER_NEVER_SEEN -> NEWEST - 1;
                },
                generation,
                event == Event.DELETE ? Lifecycle.DELETED : Lifecycle.ACTIVE,
                event == Event.DELETE ? "deleted" : "h",
                event == Event.CHANGE ? new BlueprintKey("starter", "1.0.0") : null,
                JsonNodeFactory.instance.objectNode());
    }

    private static String said(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Accepted accepted -> accepted.newLife() ? "accepted as new" : "accepted";
            case Verdict.Duplicate _ -> "duplicate";
            case Verdict.Stale stale -> stale.alarm() == null ? "stale" : "stale " + stale.alarm();
            case Verdict.Refused refused -> refused.code();
        };
    }
}
