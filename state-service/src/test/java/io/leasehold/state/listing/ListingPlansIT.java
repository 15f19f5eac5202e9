package io.leasehold.state.listing;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.SqlStatements;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A page is read in the order of an index, from where it begins to where it is full: whoever plans
 * its statement need neither read nor sort a whole table, whatever is asked for.
 */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class ListingPlansIT {
    private static final int REQUESTS = 3;
    private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)");

    @Inject AgroalDataSource database;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/tenants",
                "/v1/tenants/acme/events",
                "/v1/stacks",
                "/v1/stacks?tenant=acme",
                "/v1/runs",
                "/v1/outputs?tenant=acme",
                "/v1/states?tenant=acme",
                "/v1/states/acme/1/db/versions",
                "/v1/orphans?tenant=acme",
                "/v1/drift",
                "/v1/dead-letters",
                "/v1/dead-letters?tenant=acme",
                "/v1/dead-letters?status=OPEN&code=CONFIG",
                "/v1/dead-letters/x/replays",
                "/v1/replays",
                "/v1/audit",
                "/v1/audit?tenant=acme",
                "/v1/audit?actor=acme",
                "/v1/keys/receipts",
                "/v1/intake/held",
            })
    void aPageIsReadInTheOrderOfAnIndex(String path) throws SQLException {
        Set<String> statements = statements(path);

        assertThat(statements).isNotEmpty();
        for (String sql : statements) {
            assertThat(plan(sql))
                    .doesNotContain("Seq Scan")
                    .doesNotContainPattern("(?m)(^|-> +)Sort *$");
        }
    }

    /** Those with an order; what the service does beside is not done at each request. */
    private static Set<String> statements(String path) {
        try (SqlStatements watched = SqlStatements.watch()) {
            for (int request = 0; request < REQUESTS; request++) {
                assertThat(ServiceClient.as(TestTokens.OPERATOR).send("GET", path, null).status())
                        .isEqualTo(200);
            }
            List<String> seen = watched.seen();
            return seen.stream()
                    .filter(sql -> sql.toLowerCase(Locale.ROOT).contains("order by"))
                    .filter(sql -> Collections.frequency(seen, sql) >= REQUESTS)
                    .collect(Collectors.toSet());
        }
    }

    /** For any values, as the service's prepared statements are planned in the end. */
    private String plan(String sql) throws SQLException {
        StringBuilder plan = new StringBuilder();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            // Tables are empty here: what is possible at all is asked for.
            statement.execute("set local enable_seqscan = off");
            statement.execute("set local enable_sort = off");
            statement.execute("set local enable_bitmapscan = off");
            statement.execute("set local plan_cache_mode = force_generic_plan");
            statement.execute("prepare page as " + sql);
            try (ResultSet rows =
                    statement.executeQuery("explain (costs off) execute page" + values(sql))) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
            statement.execute("deallocate page");
            connection.rollback();
        }
        return plan.toString();
    }

    private static String values(String sql) {
        int most =
                PARAMETER
                        .matcher(sql)
                        .results()
                        .mapToInt(each -> Integer.parseInt(each.group(1)))
                        .max()
                        .orElse(0);
        return most == 0 ? "" : "(" + String.join(", ", Collections.nCopies(most, "null")) + ")";
    }
}
