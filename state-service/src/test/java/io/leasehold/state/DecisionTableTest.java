package io.leasehold.state;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class DecisionTableTest {
    private static final String TABLE =
            """
            colour     big   | then
            RED        true  | STOP
            RED|GREEN  *     | GO
            """;

    private static DecisionTable table(String text, String... colours) {
        return DecisionTable.of(text).axis("colour", List.of(colours)).yesOrNo("big");
    }

    private static String decide(DecisionTable.Point point) {
        return point.get("colour").equals("RED") && point.<Boolean>get("big") ? "STOP" : "GO";
    }

    @Test
    void theFirstLineThatFitsCounts() {
        table(TABLE, "RED", "GREEN").holds(DecisionTableTest::decide);
    }

    @Test
    void aSituationWithoutALineFails() {
        assertThatThrownBy(() -> table(TABLE, "RED", "GREEN", "BLUE").holds(_ -> "GO"))
                .hasMessageContaining("no expectation for {colour=BLUE, big=true}");
    }

    @Test
    void aLineThatDecidesNothingFails() {
        assertThatThrownBy(() ->
                        table(TABLE + "RED false | GO\n", "RED", "GREEN")
                                .holds(DecisionTableTest::decide))
                .hasMessageContaining("decides nothing");
    }

    @Test
    void anotherDecisionFails() {
        assertThatThrownBy(() -> table(TABLE, "RED", "GREEN").holds(_ -> "GO"))
                .hasMessageContaining("{colour=RED, big=true}: expected STOP but was GO");
    }
}
