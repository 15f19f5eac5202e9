package io.leasehold.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.cli.FakeStateService.Ended;
import io.leasehold.cli.service.StateService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A state that an operator stores from a file. */
class StatesPushTest {
    /** What is only looked up is no thing of ours. */
    private static final String STATE =
            """
            {"serial":1,"resources":[
             {"mode":"managed","type":"thing","name":"a","instances":[%s{"index_key":7}]},
             {"mode":"managed","module":"module.m","type":"thing","name":"b","instances":%s},
             {"mode":"data","type":"thing","name":"c","instances":[{}]}]}
            """;

    @AutoClose private final FakeStateService service = new FakeStateService();

    @TempDir private Path folder;

    private Ended push(String... more) {
        List<String> command =
                new ArrayList<>(
                        List.of("states", "push", "acme", "database", "--incarnation", "2"));
        command.addAll(Arrays.asList(more));
        return service.run(command.toArray(String[]::new));
    }

    @Test
    void a_push_is_made_under_a_lock_of_its_own_that_is_freed() throws IOException {
        Path file = Files.writeString(folder.resolve("state"), "{\"serial\":1}");
        service.on("LOCK /state/acme/2/database", 200, new byte[0]);
        service.on("GET /state/acme/2/database", 200, new byte[0]);
        service.on("UNLOCK /state/acme/2/database", 200, new byte[0]);

        Ended refused = push(file.toString());
        assertThat(refused.exitCode()).isNotZero();
        String lock = StateService.JSON.readTree(service.bodies().getFirst()).path("ID").asText();
        assertThat(service.requests())
                .containsExactly(
                        "LOCK /state/acme/2/database",
                        "GET /state/acme/2/database",
                        "POST /state/acme/2/database?ID=" + lock,
                        "UNLOCK /state/acme/2/database");
        assertThat(service.reasons()).containsOnly("null");
        assertThat(service.bodies().get(2)).isEqualTo("{\"serial\":1}");
        assertThat(service.bodies().get(3)).isEqualTo(service.bodies().getFirst());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "- | false",
                "2 | false",
                "3 | true",
            })
    void a_push_that_forgets_managed_things_is_made_when_their_number_is_said(
            @Nullable String said, boolean pushed) throws IOException {
        Path file = Files.writeString(folder.resolve("state"), STATE.formatted("", "[]"));
        for (String verb : List.of("LOCK", "UNLOCK")) {
            service.on(verb + " /state/acme/2/database", 200, new byte[0]);
        }
        service.on(
                "GET /state/acme/2/database",
                200,
                STATE.formatted("{\"index_key\":\"x\"},{\"index_key\":1},", "[{}]")
                        .getBytes(UTF_8));

        Ended ended =
                said == null
                        ? push(file.toString())
                        : push(file.toString(), "--even-though-it-forgets", said);

        assertThat(service.requests())
                .filteredOn(each -> each.startsWith("POST"))
                .hasSize(pushed ? 1 : 0);
        assertThat(service.requests()).last().isEqualTo("UNLOCK /state/acme/2/database");
        if (!pushed) {
            assertThat(ended.exitCode()).isEqualTo(ExitCode.REFUSED.number());
            assertThat(ended.err())
                    .contains(
                            "state: 3 (module.m.thing.b, thing.a[\"x\"], thing.a[1]).",
                            "--even-though-it-forgets 3");
        }
    }

    @Test
    void a_push_says_when_it_is_not_known_what_is_forgotten() throws IOException {
        Path file = Files.writeString(folder.resolve("state"), "{\"encrypted_data\":\"x\"}");
        service.on("LOCK /state/acme/2/database", 200, new byte[0]);
        service.on("GET /state/acme/2/database", 200, STATE.formatted("", "[{}]").getBytes(UTF_8));

        Ended ended = push(file.toString());

        assertThat(ended.err()).contains("is not known");
        assertThat(service.requests()).anyMatch(each -> each.startsWith("POST"));
    }

    @Test
    void a_new_lineage_is_pushed_with_its_reason_and_a_held_stack_names_its_holder()
            throws IOException {
        Path file = Files.writeString(folder.resolve("state"), "{}");
        service.on("LOCK /state/acme/2/database", 200, new byte[0]);
        service.on("GET /state/acme/2/database", 200, new byte[0]);

        push(file.toString(), "--new-lineage", "--reason", "moved from S3");
        assertThat(service.reasons().get(2)).isEqualTo("moved from S3");

        service.on(
                "LOCK /state/acme/2/database",
                423,
                "{\"ID\":\"a\",\"Who\":\"me@desk\",\"Operation\":\"apply\",\"Created\":\"then\"}"
                        .getBytes(UTF_8));
        Ended held = push(file.toString());
        assertThat(held.exitCode()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(held.err()).contains("me@desk", "then", "leasehold locks");
    }
}
