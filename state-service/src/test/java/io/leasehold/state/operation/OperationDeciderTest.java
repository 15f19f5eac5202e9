package io.leasehold.state.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateOperation;
import io.leasehold.ledger.api.StateSummary;
import io.leasehold.ledger.api.StateVersionView;
import io.leasehold.state.operation.OperationDecider.Verdict;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether an operation makes sense, by what the state says. */
class OperationDeciderTest {
    private static final StackRef STACK = new StackRef("acme", 1, "database");
    private static final List<String> THINGS =
            List.of(
                    "a.one",
                    "a.many[0]",
                    "a.many[1]",
                    "a.keyed[\"k\"]",
                    "a.gone (deposed 12ab)",
                    "module.m.a.one",
                    "module.m[\"x\"].a.one",
                    "data.a.looked");

    @ParameterizedTest(name = "{0} {1} {2} of a state {3}: {4}")
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "mv, a.one,     a.two,    whole,      1 thing of",
                "mv, a.many,    a.two,    whole,      2 things of",
                "mv, a.many[1], a.two,    whole,      1 thing of",
                "mv, module.m,  module.n, whole,      2 things of",
                "mv, a.gone,    a.two,    whole,      1 thing of",
                "mv, a.no,      a.two,    whole,      ADDRESS_UNKNOWN",
                "mv, a.on,      a.two,    whole,      ADDRESS_UNKNOWN",
                "mv, a.one,     a.many,   whole,      ADDRESS_TAKEN",
                "mv, a.one,     a.many[0], whole,     ADDRESS_TAKEN",
                "mv, a.one,     a.many[2], whole,     1 thing of",
                "mv, a.no,      a.two,    cut,        what is there of",
                "mv, a.one,     a.two,    cut,        1 thing of",
                "mv, a.one,     a.many,   cut,        ADDRESS_TAKEN",
                "mv, a.one,     a.two,    encrypted,  what is there of",
                "mv, 'a.keyed[\"\\n\"]', a.two, whole, what is there of",
                "rm, a.one,     a.many,   whole,      'a.one (1 thing) a.many (2 things) of'",
                "rm, a.one,     a.no,     whole,      ADDRESS_UNKNOWN",
                "rm, data.a.looked, module.m, whole,  module.m (2 things)",
                "rm, a.no,      a.two,    encrypted,  what is there",
                "import, a.two, id-1,     whole,      the id id-1 would be managed at a.two",
                "import, a.one, id-1,     whole,      ADDRESS_TAKEN",
                "import, a.two, id-1,     encrypted,  would be managed"
            })
    void isToldBeforeItIsAskedFor(
            String verb, String first, String second, String kind, String expected) {
        StateOperation operation =
                switch (verb) {
                    case "mv" -> new StateOperation.Move(first, second);
                    case "rm" -> new StateOperation.Remove(List.of(first, second));
                    default -> new StateOperation.Import(first, second);
                };

        String said =
                switch (OperationDecider.decide(STACK, operation, state(kind))) {
                    case Verdict.Ask(String what) -> what;
                    case Verdict.Refuse refuse -> refuse.why().code();
                };

        assertThat(said).contains(expected);
    }

    private static StateSummary state(String kind) {
        StateVersionView version =
                new StateVersionView(
                        STACK, 3, "lin", 3, "m", 10, "RUN", null, "w", "t", null, null, null, null,
                        null);
        return new StateSummary(
                version,
                true,
                !kind.equals("encrypted"),
                kind.equals("encrypted") ? List.of() : THINGS,
                kind.equals("cut") ? 5000 : THINGS.size(),
                List.of());
    }
}
