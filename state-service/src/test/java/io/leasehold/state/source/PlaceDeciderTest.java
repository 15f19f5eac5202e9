package io.leasehold.state.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.source.PlaceDecider.Situation;
import io.leasehold.state.source.PlaceDecider.Spot;
import io.leasehold.state.source.PlaceDecider.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every place an event can have against every place its tenant can have. */
class PlaceDeciderTest {

    /** Where the tenant's newest event stood, with which the event's place is compared. */
    private enum Life {
        NEVER_SEEN(null),
        SAME_PARTITION(new Spot("t", 2, 1, 50)),
        OTHER_PARTITION(new Spot("t", 2, 9, 50)),
        EARLIER_TOPIC(new Spot("t", 1, 9, 500)),
        TOPIC_NOT_KNOWN(new Spot("t", null, 1, 50)),
        OTHER_TOPIC(new Spot("u", 1, 1, 50));

        private final @Nullable Spot spot;

        Life(@Nullable Spot spot) {
            this.spot = spot;
        }
    }

    private enum Event {
        LATER(new Spot("t", 2, 1, 51)),
        SAME(new Spot("t", 2, 1, 50)),
        EARLIER(new Spot("t", 2, 1, 49)),
        ON_A_TOPIC_NOT_KNOWN(new Spot("t", null, 1, 51)),
        ON_THE_EARLIER_TOPIC(new Spot("t", 1, 1, 501));

        private final Spot spot;

        Event(Spot spot) {
            this.spot = spot;
        }
    }

    private static final String EXPECTED =
            """
            NEVER_SEEN      LATER                 Newer
            NEVER_SEEN      SAME                  Newer
            NEVER_SEEN      EARLIER               Newer
            NEVER_SEEN      ON_A_TOPIC_NOT_KNOWN  Held
            NEVER_SEEN      ON_THE_EARLIER_TOPIC  Newer
            SAME_PARTITION  LATER                 Newer
            SAME_PARTITION  SAME                  NotNewer
            SAME_PARTITION  EARLIER               NotNewer
            SAME_PARTITION  ON_A_TOPIC_NOT_KNOWN  Held
            SAME_PARTITION  ON_THE_EARLIER_TOPIC  NotNewer
            OTHER_PARTITION LATER                 Held
            OTHER_PARTITION SAME                  Held
            OTHER_PARTITION EARLIER               Held
            OTHER_PARTITION ON_A_TOPIC_NOT_KNOWN  Held
            OTHER_PARTITION ON_THE_EARLIER_TOPIC  NotNewer
            EARLIER_TOPIC   LATER                 Newer
            EARLIER_TOPIC   SAME                  Newer
            EARLIER_TOPIC   EARLIER               Newer
            EARLIER_TOPIC   ON_A_TOPIC_NOT_KNOWN  Held
            EARLIER_TOPIC   ON_THE_EARLIER_TOPIC  Held
            TOPIC_NOT_KNOWN LATER                 Held
            TOPIC_NOT_KNOWN SAME                  Held
            TOPIC_NOT_KNOWN EARLIER               Held
            TOPIC_NOT_KNOWN ON_A_TOPIC_NOT_KNOWN  Held
            TOPIC_NOT_KNOWN ON_THE_EARLIER_TOPIC  Held
            OTHER_TOPIC     LATER                 Held
            OTHER_TOPIC     SAME                  Held
            OTHER_TOPIC     EARLIER               Held
            OTHER_TOPIC     ON_A_TOPIC_NOT_KNOWN  Held
            OTHER_TOPIC     ON_THE_EARLIER_TOPIC  Held
            """;

    private static Verdict decide(Life life, Event event, int told, boolean othersHeld) {
        List<Spot> lives = life.spot == null ? List.of() : List.of(life.spot);
        return PlaceDecider.decide(
                new Situation(event.spot, 24, told, othersHeld, lives, life.spot));
    }

    @Test
    void everyEventAgainstEveryLifeIsAsTheTableSays() {
        List<String> seen = new ArrayList<>();
        for (Life life : Life.values()) {
            for (Event event : Event.values()) {
                seen.add(
                        "%-15s %-21s %s"
                                .formatted(
                                        life,
                                        event,
                                        decide(life, event, 24, false).getClass().getSimpleName()));
            }
        }

        assertThat(seen).isEqualTo(EXPECTED.lines().toList());
    }

    @Test
    void whateverItsPlaceAnEventWaitsBehindOthersAndForAKnownCount() {
        for (Life life : Life.values()) {
            for (Event event : Event.values()) {
                assertThat(decide(life, event, 24, true)).isInstanceOf(Verdict.Held.class);
                assertThat(decide(life, event, 48, false)).isInstanceOf(Verdict.Held.class);
            }
        }
    }

    @Test
    void aTenantsOtherLivesMustHaveComeTheSameWay() {
        Spot older = new Spot("t", 2, 9, 10);
        Spot own = new Spot("t", 2, 1, 50);

        assertThat(
                        PlaceDecider.decide(
                                new Situation(
                                        new Spot("t", 2, 1, 51),
                                        24,
                                        24,
                                        false,
                                        List.of(older, own),
                                        own)))
                .isInstanceOf(Verdict.Held.class);
    }
}
