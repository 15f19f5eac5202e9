package io.leasehold.state.blueprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.state.problem.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlueprintReaderTest {
    private static final String DOCUMENT =
            """
            apiVersion: leasehold.io/v1
            kind: Blueprint
            name: test
            version: 1.0.0
            variables:
              type: object
              additionalProperties: false
              properties: { size: { type: integer } }
            stacks:
              net:
                module: { dir: m }
                outputs: [cidr]
                endpoints: ["db.internal:5432"]
              app:
                module: { dir: m }
                inputs: { cidr: "${stacks.net.outputs.cidr}", size: "${var.size}" }
                policy: { deletion: Retain }
                timeout: PT5M
            """;

    private final BlueprintReader reader = new BlueprintReader();

    private Blueprint read(String document) {
        return reader.read(reader.parse(document), Map.of("m", "digest-of-m"));
    }

    private void refused(String document, String code) {
        assertThatThrownBy(() -> read(document))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    @Test
    void aDocumentIsReadWithItsImpliedDependencies() {
        Blueprint blueprint = read(DOCUMENT);

        assertThat(blueprint.key()).isEqualTo(new BlueprintKey("test", "1.0.0"));
        assertThat(blueprint.stacks().keySet()).containsExactly("net", "app");
        assertThat(blueprint.dependentsOf("net")).containsExactly("app");
        assertThat(blueprint.stacks().get("app"))
                .satisfies(app -> {
                    assertThat(app.dependencies()).containsExactly("net");
                    assertThat(app.moduleDigest()).isEqualTo("digest-of-m");
                    assertThat(app.timeout()).hasMinutes(5);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"starter", "bench-data", "bench-database"})
    void theBlueprintsOfTheHouseAreAccepted(String name) throws IOException {
        Path home = Path.of(System.getProperty("leasehold.home", ".."));
        String yaml =
                Files.readString(
                        home.resolve("terraform-modules/blueprints/" + name + "/1.0.0.yaml"));
        Map<String, String> modules =
                reader.moduleDirs(reader.parse(yaml)).stream()
                        .collect(Collectors.toMap(dir -> dir, dir -> "digest"));

        assertThat(reader.read(reader.parse(yaml), modules).key().name()).isEqualTo(name);
    }

    @Test
    void theDigestIsOfTheContentNotOfItsLayout() {
        assertThat(read("# a comment\n" + DOCUMENT).digest()).isEqualTo(read(DOCUMENT).digest());
        assertThat(read(DOCUMENT.replace("PT5M", "PT6M")).digest())
                .isNotEqualTo(read(DOCUMENT).digest());
        assertThat(reader.read(reader.parse(DOCUMENT), Map.of("m", "other")).digest())
                .isNotEqualTo(read(DOCUMENT).digest());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    leasehold.io/v1                  | leasehold.io/v2                     | BLUEPRINT_INVALID
                    kind: Blueprint                  | kind: Stack                         | BLUEPRINT_INVALID
                    version: 1.0.0                   | version: 1.0                        | BLUEPRINT_INVALID
                    version: 1.0.0                   | version: latest                     | BLUEPRINT_INVALID
                    name: test                       | name: Test                          | BLUEPRINT_INVALID
                    name: test                       | nmae: test                          | BLUEPRINT_INVALID
                    additionalProperties: false      | additionalProperties: true          | BLUEPRINT_INVALID
                    type: integer                    | type: intger                        | BLUEPRINT_INVALID
                    type: integer                    | $ref: 'http://example.com/x.json'   | BLUEPRINT_INVALID
                    ${var.size}                      | ${var.sise}                         | BLUEPRINT_INVALID
                    ${var.size}                      | ${var.size + 'x'}                   | BLUEPRINT_INVALID
                    ${var.size}                      | ${var.size                          | BLUEPRINT_INVALID
                    outputs.cidr}                    | outputs.cdir}                       | BLUEPRINT_INVALID
                    stacks.net.outputs               | stacks.nett.outputs                 | BLUEPRINT_INVALID
                    cidr: "$                         | platform_cidr: "$                   | BLUEPRINT_INVALID
                    cidr: "$                         | theCidr: "$                         | BLUEPRINT_INVALID
                    timeout: PT5M                    | timeout: 5m                         | BLUEPRINT_INVALID
                    deletion: Retain                 | deletion: Keep                      | BLUEPRINT_INVALID
                    db.internal:5432                 | db.internal                         | BLUEPRINT_INVALID
                    timeout: PT5M                    | dependsOn: [nobody]                 | DEPENDS_UNKNOWN
                    outputs: [cidr]                  | { outputs: [cidr]                   | BLUEPRINT_INVALID
                    module: { dir: m }               | module: { dir: n }                  | MODULE_MISSING
                    """)
    void whatIsWrongIsRefusedAtRegistration(String right, String wrong, String code) {
        assertThat(DOCUMENT).contains(right);

        refused(DOCUMENT.replace(right, wrong), code);
    }

    @Test
    void aCycleIsRefused() {
        refused(
                DOCUMENT.replace("outputs: [cidr]", "outputs: [cidr]\n    dependsOn: [app]"),
                "DEPENDS_CYCLE");
        refused(DOCUMENT.replace("timeout: PT5M", "dependsOn: [app]"), "DEPENDS_CYCLE");
    }
}
