package io.leasehold.state.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestTokens;
import io.leasehold.state.access.Role;
import io.leasehold.state.access.RouteWalk;
import io.leasehold.state.access.RouteWalk.Route;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sends nonsense to every route by somebody who may use it: whatever is refused is refused as a
 * problem with a code and never by a failure of ours, and says nothing of the inside nor of what
 * was sent.
 */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class EveryRouteProblemsIT {
    private static final String CANARY = "canary9f3a";
    private static final String ENDLESS = "/v1/audit/stream";
    private static final Map<String, String> TOKENS =
            Map.of(
                    Role.WORKER, TestTokens.WORKER,
                    Role.INTAKE, TestTokens.INTAKE,
                    Role.PUBLISHER, TestTokens.PUBLISHER,
                    Role.OPERATOR, TestTokens.OPERATOR,
                    Role.VIEWER, TestTokens.VIEWER);

    private static final List<String> BODIES =
            List.of(
                    "",
                    "null",
                    "{}",
                    "[]",
                    "[null]",
                    "7",
                    "true",
                    "\"" + CANARY + "\"",
                    CANARY,
                    "{\"" + CANARY + "\":",
                    "{\"" + CANARY + "\":{}}",
                    "[".repeat(5000),
                    "{\"a\":".repeat(5000),
                    "{\"\\u0000\":\"\\u0000\"}",
                    "\u0000\u0001\uffff",
                    "<xml>" + CANARY + "</xml>",
                    "{\"items\":null,\"lines\":null,\"modules\":null,\"yaml\":null,\"reason\":null}",
                    "{\"items\":[null],\"lines\":[null],\"leaseId\":\"x\",\"ids\":[null]}",
                    "{\"items\":[{}],\"lines\":[{}],\"leaseId\":{},\"yaml\":[],\"value\":7}",
                    "{\"items\":[{\"raw\":{},\"judgement\":{\"type\":\"" + CANARY + "\"}}]}",
                    "{\"yaml\":\"" + CANARY + ": [\",\"modules\":[]}",
                    "{\"yaml\":\"" + CANARY + "\",\"modules\":[{\"dir\":\"x\",\"tarGz\":\"!\"}]}",
                    "{\"name\":\"\\u0000\",\"bootId\":\"\\u0000\",\"reason\":\"\\u0000\"}",
                    "{\"worker\":null,\"bootId\":null,\"requestId\":null,\"lane\":\""
                            + CANARY
                            + "\"}",
                    "{\"waitMillis\":99999999999999999999,\"atMost\":-1,\"publisher\":\"\"}",
                    "{\"result\":\"" + CANARY + "\",\"delta\":{\"add\":\"x\"}}");

    private static final List<String> CONTENT_TYPES =
            List.of(
                    "text/plain",
                    "application/xml",
                    "application/octet-stream",
                    "application/json; charset=" + CANARY,
                    "application/json; charset=utf-16",
                    "multipart/form-data; boundary=" + CANARY,
                    "///",
                    CANARY);

    private static final List<String> NAMES =
            List.of(
                    "%00",
                    "%2e%2e%2f%2e%2e",
                    "%ff%fe",
                    "%25%32%66",
                    "%F0%9F%98%80",
                    "a%0d%0aX-Injected:%20" + CANARY,
                    "%27%3B--",
                    "-1",
                    "0",
                    "99999999999999999999",
                    "x".repeat(300));

    private static final List<String> QUERIES =
            List.of(
                    "limit=x&waitMillis=x&incarnation=x&after=%00&tenant=%00&status=%00",
                    "limit=-1&waitMillis=-1&incarnation=-1&after=-1&stack=%00&actor=%00&subject=%00",
                    "limit=99999999999999&after=99999999999999999999&incarnation=0",
                    "after=" + CANARY + "&tenant=" + CANARY + "&topic=%00&lease=%00&ID=%00",
                    "after=a/b/c/d&tenant=%F0%9F%98%80&force=" + CANARY,
                    "after=a/x/c&status=" + CANARY,
                    "after=a/99999999999/c",
                    "after=a/99999999999",
                    "%ff=%fe&&==&after=&limit=&tenant=&incarnation=");

    private static final List<String> VERBS =
            List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "LOCK", "BREW");

    @TestFactory
    List<DynamicTest> bodiesThatAreNotWhatIsAskedFor() {
        return each(
                route -> !route.verb().equals("GET"),
                route -> BODIES.forEach(body -> isClean(route, send(route, route.path(), body))));
    }

    @TestFactory
    List<DynamicTest> kindsOfContentThatAreNotTaken() {
        return each(
                route -> !route.verb().equals("GET"),
                route ->
                        CONTENT_TYPES.forEach(type ->
                                isClean(
                                        route,
                                        as(route)
                                                .sendAs(
                                                        type,
                                                        route.verb(),
                                                        route.path(),
                                                        CANARY))));
    }

    @TestFactory
    List<DynamicTest> namesThatAreNone() {
        return each(
                route -> route.template().contains("{"),
                route ->
                        NAMES.forEach(name -> {
                            String path = route.template().replaceAll("\\{[^}]*}", name);
                            isClean(route, send(route, path, null));
                        }));
    }

    @TestFactory
    List<DynamicTest> queriesThatMeanNothing() {
        return each(
                route -> !route.template().equals(ENDLESS),
                route ->
                        QUERIES.forEach(query ->
                                isClean(route, send(route, route.path() + "?" + query, null))));
    }

    @TestFactory
    List<DynamicTest> methodsThatAreNotTaken() {
        return each(
                route -> true,
                route -> {
                    List<String> taken =
                            RouteWalk.routes().stream()
                                    .filter(each -> each.template().equals(route.template()))
                                    .map(Route::verb)
                                    .toList();
                    for (String verb : VERBS) {
                        boolean answered =
                                taken.contains(verb)
                                        || verb.equals("OPTIONS")
                                        || (verb.equals("HEAD") && taken.contains("GET"));
                        if (!answered) {
                            Reply reply = as(route).send(verb, route.path(), null);
                            assertThat(reply.status()).as(verb + " " + route).isEqualTo(405);
                            isClean(route, reply);
                        }
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/tenants/%zz HTTP/1.1\r\nHost: x\r\n",
                "GET /v1/tenants/% HTTP/1.1\r\nHost: x\r\n",
                "GET /v1/tenants?limit=%zz HTTP/1.1\r\nHost: x\r\n",
                "GET //v1//tenants HTTP/1.1\r\nHost: x\r\n",
                "GET /v1/../v1/tenants HTTP/1.1\r\nHost: x\r\n",
                "GET /state/a/1/../../b HTTP/1.1\r\nHost: x\r\n",
                "GET v1 HTTP/1.1\r\nHost: x\r\n",
                "GET /v1/tenants HTTP/9.9\r\nHost: x\r\n",
                "NONSENSE\r\n",
                "POST /v1/claims HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n",
                "POST /v1/claims HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n",
                "POST /v1/claims HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: nonsense\r\n",
                "GET /v1/tenants HTTP/1.1\r\nHost: x\r\nAuthorization: Basic %%%\r\n",
                "GET /v1/tenants HTTP/1.1\r\nHost: x\r\nAuthorization: \r\n",
                "GET /v1/tenants HTTP/1.1\r\nHost: x\r\nX-Huge: HUGE\r\n"
            })
    void aRequestThatIsHardlyOneIsAnsweredWithoutATrace(String head) throws IOException {
        try (Socket socket =
                new Socket(
                        InetAddress.getLoopbackAddress(),
                        ServiceClient.as(null).base().getPort())) {
            socket.setSoTimeout(10_000);
            String request = head.replace("HUGE", "x".repeat(20_000)) + "Connection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

            assertThat(answer).matches("(?s)HTTP/\\d\\.\\d [45]\\d\\d .*").doesNotContain(" 500 ");
            saysNothingOfTheInside(answer);
        }
    }

    // ── what the tests say ──────────────────────────────────────────────────────────────────────

    private static Reply send(Route route, String path, @Nullable String body) {
        return as(route).send(route.verb(), path, body);
    }

    private static ServiceClient as(Route route) {
        return ServiceClient.as(
                route.roles().stream()
                        .filter(TOKENS::containsKey)
                        .map(TOKENS::get)
                        .sorted()
                        .findFirst()
                        .orElseThrow());
    }

    private static void isClean(Route route, Reply reply) {
        String said = route + " " + reply.status() + " " + reply.body();
        assertThat(reply.status()).as(said).isLessThan(500);
        assertThat(reply.header("X-Injected")).isEmpty();
        if (reply.status() >= 400 && !reply.body().isEmpty()) {
            assertThat(reply.header("Content-Type")).as(said).startsWith("application/problem");
            assertThat(reply.code()).as(said).matches("[A-Z][A-Z_]+");
            assertThat(reply.json().path("detail").asText()).as(said).isNotBlank();
            assertThat(reply.json().path("requestId").asText())
                    .isEqualTo(reply.header("X-Request-Id"))
                    .isNotEmpty();
            saysNothingOfTheInside(reply.body());
        }
    }

    private static void saysNothingOfTheInside(String text) {
        for (String inside :
                List.of("io.leasehold", "java.", "Exception", "jackson", "quarkus", "\tat ")) {
            assertThat(text).doesNotContainIgnoringCase(inside);
        }
    }

    private static List<DynamicTest> each(Predicate<Route> which, Consumer<Route> check) {
        return RouteWalk.routes().stream()
                .filter(which)
                .map(route -> DynamicTest.dynamicTest(route.toString(), () -> check.accept(route)))
                .toList();
    }
}
