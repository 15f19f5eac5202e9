package io.leasehold.state.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.ServiceClient;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class PlainConnectionsIT {

    /** See the decision record 0061: now and then its answers came broken or not at all. */
    @Test
    void whoAsksForHttp2IsAnsweredByHttp11() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(ServiceClient.as(null).base().resolve("/q/health/live"))
                        .version(HttpClient.Version.HTTP_2)
                        .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        }
    }
}
