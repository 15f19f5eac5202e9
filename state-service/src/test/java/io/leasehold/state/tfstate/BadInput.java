package io.leasehold.state.tfstate;

import static io.leasehold.state.tfstate.BackendStack.lockInfo;
import static io.leasehold.state.tfstate.BackendStack.md5;
import static io.leasehold.state.tfstate.BackendStack.state;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.state.TestTokens;
import java.util.Base64;
import java.util.stream.Stream;

/**
 * One request on a stack that has a state of lineage "lin" and serial 5, locked by "a".
 *
 * @param methods tried one after the other
 * @param status 0 when the connection is closed without a word
 * @param code of the problem; empty where HTTP itself is broken and the server has no words
 */
record BadInput(
        String what,
        String methods,
        String target,
        String headers,
        String body,
        int status,
        String code) {
    static final String CANARY = "canary-51c2-in-no-answer-and-no-log";
    private static final String OPERATOR = "Authorization: Bearer " + TestTokens.OPERATOR + "\r\n";
    static final String PATH = "{path}";
    private static final String UNDER_LOCK = PATH + "?ID=a";
    private static final int CLOSED = 0;
    private static final String ASKS = "GET POST LOCK UNLOCK";

    @Override
    public String toString() {
        return what;
    }

    // ── bodies ──────────────────────────────────────────────────────────────────────────────────

    static Stream<BadInput> states() {
        return Stream.of(
                stateOf("nothing", ""),
                stateOf("garbage", "\u0000\u00ff\u00fe" + CANARY),
                stateOf("garbage in quotes", "{\"version\":4,\"x\":\"" + CANARY + "\u0000"),
                stateOf("an object without fields", "{}"),
                stateOf("null", "null"),
                stateOf("a list", "[]"),
                stateOf("a text", "\"" + CANARY + "\""),
                stateOf("version 3", "{\"version\":3,\"serial\":6,\"lineage\":\"lin\"}"),
                stateOf("version 5", "{\"version\":5,\"serial\":6,\"lineage\":\"lin\"}"),
                stateOf("no lineage", "{\"version\":4,\"serial\":6}"),
                stateOf("an empty lineage", "{\"version\":4,\"serial\":6,\"lineage\":\" \"}"),
                stateOf("a lineage of 4 KiB", state("l".repeat(4096), 6, CANARY)),
                stateOf("no serial", "{\"version\":4,\"lineage\":\"lin\"}"),
                stateOf("a serial below zero", state("lin", -1, CANARY)),
                stateOf("a serial as text", "{\"version\":4,\"serial\":\"6\",\"lineage\":\"lin\"}"),
                stateOf(
                        "a serial beyond all numbers",
                        "{\"version\":4,\"lineage\":\"lin\",\"serial\":" + "9".repeat(400) + "}"),
                stateOf(
                        "two serials",
                        "{\"version\":4,\"serial\":6,\"lineage\":\"lin\",\"serial\":7}"),
                stateOf("cut short", state("lin", 6, CANARY).substring(0, 120)),
                stateOf("two states", state("lin", 6, CANARY) + state("lin", 7, CANARY)),
                stateOf(
                        "resources of the wrong type",
                        "{\"version\":4,\"serial\":6,\"lineage\":\"lin\",\"resources\":{}}"),
                stateOf(
                        "encrypted nothing",
                        "{\"serial\":6,\"lineage\":\"lin\",\"encrypted_data\":\"\"}"),
                stateOf("nested without end", "[".repeat(100_000)),
                stateOf(
                        "nested deeper than the limit",
                        "{\"version\":4,\"serial\":6,\"lineage\":\"lin\",\"x\":"
                                + "[".repeat(2000)
                                + "]".repeat(2000)
                                + "}"),
                stateOf(
                        "in UTF-16",
                        new String(state("lin", 6, "x").getBytes(UTF_16BE), ISO_8859_1)),
                stateOf("in Latin-1", state("lin", 6, CANARY + "\u00fc")),
                stateOf(
                        "after a mark of its encoding",
                        "\u00ef\u00bb\u00bf" + state("lin", 6, "x")),
                stateOf("in pieces of a surrogate", state("lin", 6, "\u00ed\u00a0\u0080")),
                post(
                        "another's digest",
                        digest("other"),
                        state("lin", 6, CANARY),
                        400,
                        "CONTENT_MD5_MISMATCH"),
                post(
                        "no digest at all",
                        "Content-MD5: ***\r\n",
                        state("lin", 6, CANARY),
                        400,
                        "CONTENT_MD5_MISMATCH"),
                post("another lineage", "", state("other", 6, CANARY), 409, "LINEAGE_MISMATCH"),
                post("a lower serial", "", state("lin", 4, CANARY), 409, "SERIAL_BEHIND"),
                new BadInput(
                        "another's lock",
                        "POST",
                        PATH + "?ID=b",
                        body("", state("lin", 6, CANARY)),
                        state("lin", 6, CANARY),
                        409,
                        "LOCK_LOST"),
                new BadInput(
                        "no lock",
                        "POST",
                        PATH,
                        body("", state("lin", 6, CANARY)),
                        state("lin", 6, CANARY),
                        409,
                        "LOCK_REQUIRED"));
    }

    static Stream<BadInput> locks() {
        return Stream.of(
                        "",
                        "null",
                        "{}",
                        "[]",
                        "\"a\"",
                        "{\"ID\":\"\"}",
                        "{\"ID\":null}",
                        "{\"ID\":[\"a\"]}",
                        "{\"ID\":\"" + "a".repeat(201) + "\"}",
                        "{\"ID\":\"b\",\"x\":" + "[".repeat(1500),
                        "{\"Info\":\"" + CANARY,
                        "\u0000\u00ff" + CANARY)
                .map(document ->
                        new BadInput(
                                "the lock document "
                                        + document.substring(0, Math.min(30, document.length())),
                                "LOCK UNLOCK",
                                PATH,
                                body("", document),
                                document,
                                400,
                                "LOCK_INVALID"));
    }

    // ── paths ───────────────────────────────────────────────────────────────────────────────────

    static Stream<BadInput> paths() {
        return Stream.concat(
                Stream.of(
                                "/state/../state/kit/1/s",
                                "/state/kit/1/x/../s",
                                "/state/kit/./1/s",
                                "/state/kit/1/s/.",
                                "//state/kit/1/s",
                                "/state/kit/1/%2e%2e%2fs",
                                "/state/kit%2F1%2Fs",
                                "/state/kit%2fx/1/s",
                                "/state/..%2F..%2Fetc/1/s",
                                "/state//kit/1/s",
                                "/state/kit//1/s",
                                "/state/kit/1/s/",
                                "/state/kit/1/s;x=y",
                                "/state/kit;x=y/1/s",
                                "/state/kit/1/%73",
                                "/%73tate/kit/1/s",
                                "/state/kit/1/s%20x",
                                "/state/kit/1/.hidden",
                                "/state/k\u00eet/1/s",
                                "/state/t%C3%A9/1/s",
                                // Cyrillic і, full-width digit one, a soft hyphen.
                                "/state/k%D1%96t/1/s",
                                "/state/kit/%EF%BC%91/s",
                                "/state/ki%C2%ADt/1/s",
                                "/state/Kit/1/s",
                                "/state/-kit/1/s",
                                "/state/kit/01/s",
                                "/state/kit/0/s",
                                "/state/kit/-1/s",
                                "/state/kit/+1/s",
                                "/state/kit/one/s",
                                "/state/kit/99999999999/s",
                                "/state/" + "k".repeat(4096) + "/1/s",
                                "/state/kit/1/" + "s".repeat(4096),
                                "/state/kit/" + "1".repeat(4096) + "/s")
                        .map(path -> path(path, 400, "ID_INVALID")),
                Stream.of(
                        path("/state/kit%00/1/s", 400, "VALUE_REFUSED"),
                        path("/state/kit/1/s/x", 404, "NOT_FOUND"),
                        path("/state/kit/1", 404, "NOT_FOUND"),
                        path("/state/%2e%2e/1/s", 404, "NOT_FOUND"),
                        path("/state/%zz/1/s", 400, ""),
                        path("/state/kit\\x/1/s", 400, ""),
                        path("/state/" + "k".repeat(40_000) + "/1/s", 414, "")));
    }

    private static BadInput path(String path, int status, String code) {
        return new BadInput(
                path.length() > 60 ? path.substring(0, 60) + "…" : path,
                ASKS,
                path + "?ID=a",
                body("", lockInfo("a")),
                lockInfo("a"),
                status,
                code);
    }

    // ── credentials ─────────────────────────────────────────────────────────────────────────────

    static Stream<BadInput> credentials() {
        return Stream.of(
                who("nobody", ASKS, "", 401, "UNAUTHENTICATED"),
                who("a token nobody knows", ASKS, bearer(CANARY), 401, "UNAUTHENTICATED"),
                who("no token after Bearer", ASKS, bearer(""), 401, "UNAUTHENTICATED"),
                who(
                        "a token as the user's name",
                        ASKS,
                        basic(TestTokens.OPERATOR + ":"),
                        401,
                        "UNAUTHENTICATED"),
                who(
                        "Basic without a colon",
                        ASKS,
                        basic(TestTokens.OPERATOR),
                        401,
                        "UNAUTHENTICATED"),
                who(
                        "Basic that is no Base64",
                        ASKS,
                        "Authorization: Basic \u00a7\r\n",
                        401,
                        "UNAUTHENTICATED"),
                who("another scheme", ASKS, "Authorization: Digest x\r\n", 401, "UNAUTHENTICATED"),
                new BadInput(
                        "a token in the query",
                        ASKS,
                        PATH + "?ID=a&token=" + TestTokens.OPERATOR,
                        length(lockInfo("a")),
                        lockInfo("a"),
                        401,
                        "UNAUTHENTICATED"),
                who("a viewer", ASKS, bearer(TestTokens.VIEWER), 403, "FORBIDDEN"),
                who("intake", ASKS, bearer(TestTokens.INTAKE), 403, "FORBIDDEN"),
                who("a publisher", ASKS, bearer(TestTokens.PUBLISHER), 403, "FORBIDDEN"),
                who("a worker", "LOCK UNLOCK", bearer(TestTokens.WORKER), 403, "FORBIDDEN"));
    }

    private static BadInput who(
            String what, String methods, String header, int status, String code) {
        String document = lockInfo("a");
        return new BadInput(
                what, methods, UNDER_LOCK, header + length(document), document, status, code);
    }

    // ── HTTP itself ─────────────────────────────────────────────────────────────────────────────

    static Stream<BadInput> http() {
        String good = state("lin", 6, CANARY);
        return Stream.of(
                new BadInput(
                        "a method of its own",
                        "PATCH DELETE PUT FROB",
                        PATH,
                        body("", ""),
                        "",
                        405,
                        "METHOD_NOT_ALLOWED"),
                new BadInput(
                        "a length that is no number",
                        "POST",
                        UNDER_LOCK,
                        OPERATOR + "Content-Length: x\r\n",
                        good,
                        400,
                        ""),
                new BadInput(
                        "a length beyond all numbers",
                        "POST",
                        UNDER_LOCK,
                        OPERATOR + "Content-Length: 99999999999999999999\r\n",
                        good,
                        400,
                        ""),
                new BadInput(
                        "a length below zero",
                        "POST",
                        UNDER_LOCK,
                        OPERATOR + "Content-Length: -1\r\n",
                        good,
                        400,
                        ""),
                new BadInput(
                        "two lengths",
                        "POST",
                        UNDER_LOCK,
                        body("Content-Length: 5\r\n", good),
                        good,
                        400,
                        ""),
                new BadInput(
                        "a chunk without a size",
                        "POST",
                        UNDER_LOCK,
                        OPERATOR + "Transfer-Encoding: chunked\r\n",
                        "zz\r\n" + good + "\r\n0\r\n\r\n",
                        CLOSED,
                        ""),
                new BadInput(
                        "headers of 64 KiB",
                        ASKS,
                        UNDER_LOCK,
                        body("X-Long: " + "x".repeat(65_536) + "\r\n", good),
                        good,
                        431,
                        ""),
                new BadInput(
                        "compressed",
                        "POST",
                        UNDER_LOCK,
                        body("Content-Encoding: gzip\r\n", good.replace('{', '\u001f')),
                        good.replace('{', '\u001f'),
                        400,
                        "STATE_INVALID"));
    }

    private static BadInput stateOf(String what, String document) {
        return post(what, "", document, 400, "STATE_INVALID");
    }

    private static BadInput post(
            String what, String headers, String document, int status, String code) {
        return new BadInput(
                "a state: " + what,
                "POST",
                UNDER_LOCK,
                body(headers, document),
                document,
                status,
                code);
    }

    private static String body(String headers, String document) {
        return OPERATOR + headers + length(document);
    }

    private static String length(String document) {
        return "Content-Length: " + document.getBytes(ISO_8859_1).length + "\r\n";
    }

    private static String digest(String of) {
        return "Content-MD5: " + md5(of) + "\r\n";
    }

    private static String bearer(String token) {
        return "Authorization: Bearer " + token + "\r\n";
    }

    private static String basic(String pair) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8))
                + "\r\n";
    }
}
