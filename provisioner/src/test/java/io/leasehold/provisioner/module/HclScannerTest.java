package io.leasehold.provisioner.module;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What decides where a state goes is found wherever it hides, and nothing else is. */
class HclScannerTest {

    static Stream<Arguments> harmful() {
        return Stream.of(
                Arguments.of(1, "terraform { backend \"local\" {} }"),
                Arguments.of(2, "terraform {\n  backend \"s3\" {\n  }\n}"),
                Arguments.of(2, "terraform {\n  cloud {\n  }\n}"),
                Arguments.of(2, "terraform {\n  encryption {}\n}"),
                Arguments.of(2, "terraform {\n  backend http {}\n}"),
                Arguments.of(3, "terraform {\n required_providers {}\n backend \"x\" {}\n}"),
                Arguments.of(3, "/* a\n b */ terraform { // c\n  backend /* d */ \"x\" {} }"),
                Arguments.of(4, "locals {\n a = \"}\"\n}\nterraform { backend \"x\" {} }"),
                Arguments.of(4, "x = <<EOT\n}\n  EOT\nterraform { backend \"x\" {} }"),
                // The marker may have space around it, in tofu as here.
                Arguments.of(3, "x = <<-EOT\n EOT \nterraform { backend \"x\" {} } # /*\n"),
                Arguments.of(1, "locals { a = \"${\"}\"}\" }  terraform { cloud {} }"),
                Arguments.of(2, "a = \"$${\"\nterraform { cloud {} }"),
                Arguments.of(1, "\ufeffterraform { cloud {} }"),
                Arguments.of(1, "terraform\t{\tcloud\t{\t}\t}"),
                Arguments.of(2, "terraform {\r\n  cloud {}\r\n}\r\n"),
                Arguments.of(4, "x = \"${<<E\nE\n}\"\nterraform { cloud {} }"),
                // What cannot be read is refused.
                Arguments.of(1, "terraform {"),
                Arguments.of(1, "}"),
                Arguments.of(1, "a = \"open"),
                Arguments.of(1, "a = \"over\nlines\""),
                Arguments.of(1, "/* open"),
                Arguments.of(2, "a = <<EOT\nopen"));
    }

    @ParameterizedTest
    @MethodSource
    void harmful(int line, String source) {
        assertThat(HclScanner.scan(source))
                .as(source)
                .hasValueSatisfying(found -> assertThat(found.line()).isEqualTo(line));
    }

    static Stream<String> harmless() {
        return Stream.of(
                "",
                "terraform {\n  required_version = \">= 1.11\"\n}",
                "terraform {\n  required_providers {\n    backend = { source = \"a/b\" }\n  }\n}",
                "# terraform { backend \"x\" {} }",
                "// terraform { backend \"x\" {} }",
                "/* terraform { backend \"x\" {} } */",
                "a = \"terraform { backend {} }\"",
                "a = <<EOT\nterraform { backend \"x\" {} }\nEOT\n",
                "a = <<-EOT\n  terraform {\n  backend \"x\" {} }\n  EOT\n",
                "a = <<EOT\nEOT x\n/* not a comment\nEOT\n",
                "a = <<EOT\n${join(\",\", [\n  for x in [1] : \"}\" ])}EOT\nEOT\n",
                "a = <<EOT\n$${ not a template\nEOT\n",
                "resource \"x\" \"y\" {\n  backend { }\n  cloud { }\n}",
                "module \"m\" {\n  terraform = { backend = { } }\n}",
                "a = \"%{ if true }{%{ endif }\"",
                "a = \"\\\"{\"",
                "a = { terraform = { cloud = {} } }",
                "terraform {\n  experiments = [cloud]\n}",
                "a = 1 < 2 ? 3 : 4");
    }

    @ParameterizedTest
    @MethodSource
    void harmless(String source) {
        assertThat(HclScanner.scan(source)).as(source).isEmpty();
    }

    static Stream<Arguments> json() {
        return Stream.of(
                Arguments.of("{}", false),
                Arguments.of("{\"terraform\":{\"required_version\":\">= 1\"}}", false),
                Arguments.of("{\"resource\":{\"terraform\":{\"backend\":{}}}}", false),
                Arguments.of("{\"terraform\":{\"backend\":{\"s3\":{}}}}", true),
                Arguments.of("{\"terraform\":[{\"x\":1},{\"cloud\":{}}]}", true),
                Arguments.of("[{\"terraform\":[[{\"encryption\":{}}]]}]", true),
                Arguments.of("{\"terraform\":{},\"terraform\":{\"cloud\":{}}}", true),
                Arguments.of("{", true),
                Arguments.of("not json", true));
    }

    @ParameterizedTest
    @MethodSource
    void json(String source, boolean refused) {
        assertThat(ModuleInspector.inJson(source).isPresent()).as(source).isEqualTo(refused);
    }
}
