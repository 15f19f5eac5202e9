package io.leasehold.state.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.StackRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScopeTest {
    @ParameterizedTest
    @CsvSource({
        "tenant=acme,        acme,   1, db,  true",
        "tenant=acme,        acme2,  1, db,  false",
        "tenant=acme,        acm,    1, db,  false",
        "tenant=acme*,       acme-2, 7, x,   true",
        "tenant=*-test,      a-test, 1, db,  true",
        "tenant=a*b*c,       aXbYc,  1, db,  true",
        "tenant=a*b*c,       acb,    1, db,  false",
        "state=acme/1/*,     acme,   1, db,  true",
        "state=acme/1/*,     acme,   2, db,  false",
        "state=acme/*/db,    acme,   2, db,  true",
        "state=acme/*/db,    acme,   2, dbx, false",
        "state=*/1/net*,     acme,   1, network, true",
        "tenant=acme*,       acme/1/x/other, 1, db, false",
        "tenant=a.me,        axme,   1, db,  false"
    })
    void aStackIsWithinWhenEachPartFits(
            String word, String tenant, String life, String stack, boolean within) {
        boolean covered =
                Scope.of(word)
                        .map(scope -> scope.covers(new Target.Stack(tenant, life, stack)))
                        .orElse(false);

        assertThat(covered).isEqualTo(within);
    }

    @ParameterizedTest
    @CsvSource({
        "tenant=acme*, true",
        "state=acme/*/*, true",
        "state=acme/1/*, false",
        "state=acme/*/db, false"
    })
    void allOfATenantIsWithinOnlyWhenAllItsStacksAre(String word, boolean within) {
        assertThat(Scope.of(word).orElseThrow().covers(new Target.Tenant("acme")))
                .isEqualTo(within);
    }

    @Test
    void everythingIsWithinNoLimitOnly() {
        assertThat(Scope.ALL.covers(new Target.Everything())).isTrue();
        assertThat(Scope.of("tenant=*").orElseThrow().covers(new Target.Everything())).isTrue();
        assertThat(Scope.of("tenant=a*").orElseThrow().covers(new Target.Everything())).isFalse();
    }

    @Test
    void theLimitOfARunIsItsStack() {
        Scope scope = Scope.of(new StackRef("acme", 2, "db"));

        assertThat(scope.covers(new Target.Stack("acme", "2", "db"))).isTrue();
        assertThat(scope.covers(new Target.Stack("acme", "2", "dbx"))).isFalse();
        assertThat(scope.covers(new Target.Tenant("acme"))).isFalse();
        assertThat(scope).hasToString("state=acme/2/db");
    }
}
