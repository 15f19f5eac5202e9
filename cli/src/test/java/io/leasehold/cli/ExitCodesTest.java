package io.leasehold.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.cli.FakeStateService.Ended;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExitCodesTest {
    private static final String LOCKS = "GET /v1/locks?limit=200";

    @AutoClose private final FakeStateService service = new FakeStateService();

    @Test
    void the_help_of_the_top_command_lists_every_exit_code() {
        Ended help = FakeStateService.execute(Map.of(), "--help");

        assertThat(help.exitCode()).isZero();
        for (ExitCode code : ExitCode.values()) {
            assertThat(help.out()).containsPattern("(?m)^ *" + code.number() + "  ");
        }
    }

    @Test
    void help_and_version_need_no_system() {
        assertThat(FakeStateService.execute(Map.of(), "help", "tenants").out()).contains("show");
        assertThat(FakeStateService.execute(Map.of(), "runs", "log", "--help").exitCode()).isZero();
        assertThat(FakeStateService.execute(Map.of(), "--version").out()).startsWith("leasehold ");
        assertThat(FakeStateService.execute(Map.of(), "runs", "-V").out()).startsWith("leasehold ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tenant",
                "tenants show",
                "tenants --output yaml",
                "locks --limit 0",
                "locks --limit many",
                "dead-letters replay 1 --execute",
                "dead-letters edit 1 --reason because",
                "states rollback acme database",
                "states rollback acme database two",
                "states rollback acme database 2 --execute",
                "states adopt acme database 2 --execute",
                "states dismiss acme database 2 --execute",
                "states mv acme database a.b",
                "states mv acme database a.b a.c --execute",
                "states rm acme database",
                "states import acme database a.b",
                "states delete acme database",
                "states undelete acme database",
                "states push acme database f --new-lineage",
                "states push acme database f --reason why",
                "states push acme database f --new-lineage --reason wörum",
                "locks release acme database",
                "publish"
            })
    void what_is_no_command_line_ends_with_2_and_names_the_help(String line) {
        Ended ended = service.run(line.isEmpty() ? new String[0] : line.split(" "));

        assertThat(ended.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(ended.err()).contains("--help");
        assertThat(service.requests()).isEmpty();
    }

    @Test
    void without_a_system_it_ends_with_2_and_says_how_to_name_one() {
        Ended ended = FakeStateService.execute(Map.of(), "tenants");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(ended.err()).contains("./leasehold up", "LEASEHOLD_URL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:8080", "ftp://h", "http://a b", "http:///x"})
    void an_address_that_is_no_url_ends_with_2(String url) {
        Ended ended = service.runIn(Map.of("LEASEHOLD_URL", url), "locks");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(ended.err()).contains("LEASEHOLD_URL");
    }

    @Test
    void a_token_that_cannot_be_one_ends_with_2_and_is_not_shown() {
        Ended ended = service.runIn(Map.of("LEASEHOLD_TOKEN", "sec\nret"), "locks");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(ended.err()).contains("LEASEHOLD_TOKEN").doesNotContain("ret\n");
    }

    @Test
    void a_token_that_is_not_known_ends_with_7_and_says_where_tokens_are_listed()
            throws IOException {
        service.refuses("401", 401, "UNAUTHENTICATED", "Send a known token");

        Ended ended = service.runIn(Map.of("LEASEHOLD_TOKEN", "other"), "locks");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.UNREACHABLE.number());
        assertThat(ended.err()).contains("UNAUTHENTICATED", "tokens file").doesNotContain("other");
        assertThat(ended.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "400, REQUEST_INVALID, REFUSED",
        "403, FORBIDDEN, REFUSED",
        "404, TENANT_UNKNOWN, NOT_FOUND",
        "409, LETTER_CLOSED, REFUSED",
        "413, TOO_LARGE, REFUSED",
        "500, INTERNAL, UNREACHABLE",
        "503, UNAVAILABLE, UNREACHABLE"
    })
    void a_refusal_ends_with_the_code_of_its_kind_and_the_words_of_the_service(
            int status, String code, ExitCode expected) throws IOException {
        service.refuses(LOCKS, status, code, "The words of the service.");

        Ended ended = service.run("locks", "-o", "json");

        assertThat(ended.exitCode()).isEqualTo(expected.number());
        assertThat(ended.err()).startsWith(code + ": The words of the service.");
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void nobody_at_the_address_ends_with_7() {
        service.close();

        Ended ended = service.run("tenants");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.UNREACHABLE.number());
        assertThat(ended.err()).contains(service.url(), "cannot be reached", "./leasehold up");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "<html>",
                "[]",
                "{}",
                "{\"items\":{}}",
                "{\"items\":[null]}",
                "{\"items\":[{\"epoch\":\"x\"}]}"
            })
    void garbage_ends_with_7_in_words(String garbage) {
        service.on(LOCKS, 200, garbage.getBytes(UTF_8));

        Ended ended = service.run("locks");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.UNREACHABLE.number());
        assertThat(ended.err()).contains("not understood").hasLineCount(1);
        assertThat(ended.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"404, <html>", "502, Bad Gateway", "301, ''", "401, {}"})
    void an_answer_of_something_else_ends_with_7_and_asks_for_the_address(int status, String body) {
        service.on(LOCKS, status, body.getBytes(UTF_8));

        Ended ended = service.run("locks");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.UNREACHABLE.number());
        assertThat(ended.err()).contains(Integer.toString(status), "LEASEHOLD_URL");
    }

    @Test
    void a_name_that_could_be_another_path_is_the_name_of_nothing() {
        for (String name : List.of(" ", ".", "..")) {
            Ended ended = service.run("tenants", "show", name);

            assertThat(ended.exitCode()).isEqualTo(ExitCode.NOT_FOUND.number());
        }
        assertThat(service.requests()).isEmpty();
    }
}
