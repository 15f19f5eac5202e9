package io.leasehold.provisioner.stateproxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.provisioner.ledger.Trouble;
import io.leasehold.provisioner.stateproxy.StateUpstream.StateRead;
import io.leasehold.provisioner.stateproxy.StateUpstream.StateWrite;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which right is shown for a state, and what follows when it is not taken. */
class HttpStateUpstreamsTest {
    private static final StackRef STACK = new StackRef("acme", 1, "db");

    /** What the service says to a bearer: status, and code of the problem if it is one. */
    private record Answer(int status, String code) {}

    /** How the second half of an answer comes. */
    private enum Middle {
        COMES,
        DRIPS,
        STOPS
    }

    private final Map<String, Answer> answers = new HashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile Middle middle = Middle.COMES;
    private Duration patience = Duration.ofSeconds(5);

    @SuppressWarnings("NullAway.Init") // JUnit calls start before each test.
    private HttpServer service;

    @BeforeEach
    void start() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.setExecutor(threads);
        service.createContext("/", this::handle);
        service.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        service.stop(0);
        threads.close();
    }

    @Test
    void aRunsStateIsReadAndWrittenByItsOwnCredential() {
        answers.put("credential", new Answer(204, ""));

        assertThat(ofRun().get()).isEqualTo(new StateRead.Absent());
        assertThat(write(ofRun())).isEqualTo(new StateWrite.Accepted());
        assertThat(requests).containsExactly("GET credential", "POST credential");
    }

    @Test
    void fromAServiceThatGaveNoneTheWorkersTokenIsShown() {
        answers.put("worker", new Answer(204, ""));
        StateUpstream upstream = upstream(StateAccess.writable(STACK, "lease"));

        assertThat(upstream.get()).isEqualTo(new StateRead.Absent());
        assertThat(write(upstream)).isEqualTo(new StateWrite.Accepted());
        assertThat(requests).containsExactly("GET worker", "POST worker");
    }

    @Test
    void whatARunWroteWhenItsRightWasOverIsHandedInByItsWorker() {
        answers.put("credential", new Answer(403, "RUN_OVER"));
        answers.put("worker", new Answer(409, "LEASE_LOST"));

        assertThat(write(ofRun()))
                .isEqualTo(new StateWrite.Refused(409, "LEASE_LOST", "as the service says"));
        assertThat(requests).containsExactly("POST credential", "POST worker");

        answers.put("credential", new Answer(401, "UNAUTHENTICATED"));
        answers.put("worker", new Answer(204, ""));
        assertThat(write(ofRun())).isEqualTo(new StateWrite.Accepted());
    }

    @Test
    void aReadByARightThatIsOverIsNotAskedForAgain() {
        for (Answer over :
                List.of(new Answer(403, "RUN_OVER"), new Answer(401, "UNAUTHENTICATED"))) {
            answers.put("credential", over);

            assertThat(ofRun().get())
                    .isEqualTo(
                            new StateRead.Refused(
                                    over.status(), over.code(), "as the service says"));
        }
        assertThat(requests).containsExactly("GET credential", "GET credential");
    }

    @Test
    void aWriteThatTheRunMayNotDoIsNotDoneByAnotherRight() {
        for (String code : List.of("RUN_READS_ONLY", "OUT_OF_LIMITS")) {
            answers.put("credential", new Answer(403, code));

            assertThat(write(ofRun())).isInstanceOf(StateWrite.Refused.class);
        }
        assertThat(requests).containsExactly("POST credential", "POST credential");
    }

    @Test
    void aWorkerWhoseTokenIsNotTakenWaitsAndKeepsTheState() {
        answers.put("credential", new Answer(403, "RUN_OVER"));
        for (int status : new int[] {401, 403, 503}) {
            answers.put("worker", new Answer(status, "ANY"));

            assertThat(write(ofRun())).isInstanceOf(StateWrite.Failed.class);
            assertThat(upstream(StateAccess.readOnly(STACK, null)).get())
                    .isInstanceOf(StateRead.Failed.class);
        }
    }

    @Test
    @Timeout(30)
    void anAnswerThatStopsInItsMiddleIsAnOutage() {
        answers.put("credential", new Answer(200, "ANY"));
        middle = Middle.STOPS;
        patience = Duration.ofSeconds(1);

        // Which of the two time-outs it was is not asked: on a slow machine the head is late too.
        assertThat(ofRun().get())
                .isInstanceOfSatisfying(
                        StateRead.Failed.class,
                        failed -> timedOut(failed.trouble(), failed.reason()));
        assertThat(write(ofRun()))
                .isInstanceOfSatisfying(
                        StateWrite.Failed.class,
                        failed -> timedOut(failed.trouble(), failed.reason()));
    }

    private static void timedOut(Trouble trouble, String reason) {
        assertThat(trouble).isEqualTo(Trouble.OUTAGE);
        assertThat(reason).contains("TimeoutException");
    }

    @Test
    @Timeout(30)
    void anAnswerThatComesOnMayTakeLongerThanOneTimeOut() {
        answers.put("credential", new Answer(200, "ANY"));
        middle = Middle.DRIPS;
        patience = Duration.ofSeconds(3);

        assertThat(ofRun().get()).isInstanceOf(StateRead.Found.class);
    }

    @Test
    void neitherLeaseNorCredentialIsShownInALog() {
        assertThat(StateAccess.writable(STACK, "lease").by("credential").toString())
                .doesNotContain("lease")
                .doesNotContain("credential");
    }

    private StateUpstream ofRun() {
        return upstream(StateAccess.writable(STACK, "lease").by("credential"));
    }

    private StateUpstream upstream(StateAccess access) {
        return new HttpStateUpstreams(
                        HttpClient.newHttpClient(),
                        URI.create("http://127.0.0.1:" + service.getAddress().getPort()),
                        () -> "worker",
                        patience)
                .open(access);
    }

    private static StateWrite write(StateUpstream upstream) {
        return upstream.post("{}".getBytes(UTF_8), "md5");
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String bearer =
                    exchange.getRequestHeaders()
                            .getFirst("Authorization")
                            .substring("Bearer ".length());
            requests.add(exchange.getRequestMethod() + " " + bearer);
            Answer answer = answers.getOrDefault(bearer, new Answer(500, "NOT_EXPECTED"));
            byte[] problem =
                    "{\"code\":\"%s\",\"detail\":\"as the service says\"}"
                            .formatted(answer.code())
                            .getBytes(UTF_8);
            exchange.sendResponseHeaders(
                    answer.status(), answer.status() == 204 ? -1 : problem.length);
            if (answer.status() != 204) {
                send(problem, exchange.getResponseBody());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(byte[] problem, OutputStream body) throws IOException, InterruptedException {
        int half = problem.length / 2;
        body.write(problem, 0, half);
        body.flush();
        switch (middle) {
            case COMES -> body.write(problem, half, problem.length - half);
            case DRIPS -> {
                for (int i = half; i < problem.length; i++) {
                    // Each byte long before a time-out, and all of them for longer than one.
                    if (over.await(150, TimeUnit.MILLISECONDS)) {
                        return;
                    }
                    body.write(problem, i, 1);
                    body.flush();
                }
            }
            case STOPS -> over.await();
        }
    }
}
