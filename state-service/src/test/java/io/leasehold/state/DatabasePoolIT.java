package io.leasehold.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.sqlclient.Pool;
import jakarta.inject.Inject;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What each connection tells the database of a service that is gone; LostNetworkIT shows the other
 * side.
 */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class DatabasePoolIT {
    @Inject Pool pool;

    @ParameterizedTest
    @CsvSource({
        "idle_in_transaction_session_timeout, 2min",
        "tcp_user_timeout, 120000",
        "tcp_keepalives_idle, 60",
        "tcp_keepalives_interval, 20",
        "tcp_keepalives_count, 3"
    })
    void aServiceThatIsGoneHoldsNothingForLong(String setting, String value) throws Exception {
        assertThat(
                        pool.query("show " + setting)
                                .execute()
                                .toCompletionStage()
                                .toCompletableFuture()
                                .get(20, TimeUnit.SECONDS)
                                .iterator()
                                .next()
                                .getString(0))
                .isEqualTo(value);
    }
}
