package io.leasehold.it.deployment;

import io.leasehold.it.deployment.MappingSources.Mapping;
import io.leasehold.it.deployment.MappingSources.Setting;
import java.io.IOException;
import java.util.List;
import java.util.Properties;

/** The page of settings, made from the sources of the services. */
final class SettingsPage {
    static final String FILE = "docs/configuration.md";

    private static final String BEGIN =
            """
            # Settings

            What a deployment may set. Each setting is a property, given to a service as a system property (`-Dname=value`) or by the
            environment variable beside it. Durations are ISO-8601 (`PT30S`) or short (`30S`, `5M`); sizes are bytes or have a unit
            (`96M`). A service that is given a value it cannot read does not start and names the setting.

            This page is made from the `@ConfigMapping` interfaces of the services; `SettingsPageTest` fails when it is not theirs any more,
            and `./mvnw -pl integration-tests -am test -Dtest=SettingsPageTest -Dsurefire.failIfNoSpecifiedTests=false \\
            -Dleasehold.write-docs=true` writes it.

            Beside these, the usual settings of Quarkus and its Kafka clients: `quarkus.http.host` and `quarkus.http.port` (the services
            listen on `127.0.0.1` unless told otherwise), `quarkus.log.level`, and for the provisioner `kafka.bootstrap.servers`
            (`KAFKA_BOOTSTRAP_SERVERS`). How the operators' commands find a system is in [operations.md](operations.md).
            """;

    private SettingsPage() {}

    static String render() throws IOException {
        StringBuilder page = new StringBuilder(BEGIN);
        page.append("\n## State service\n");
        database(page);
        service(page, "state-service");
        page.append("\n## Provisioner\n");
        service(page, "provisioner");
        return page.toString();
    }

    private static void service(StringBuilder page, String module) throws IOException {
        for (Mapping mapping : MappingSources.of(module)) {
            heading(page, mapping.prefix(), mapping.words());
            mapping.settings().forEach(setting -> row(page, setting));
        }
    }

    /** These are handed on to two drivers in the service's own properties, and have no mapping. */
    private static void database(StringBuilder page) {
        String prefix = "leasehold.database";
        Properties own =
                Checkout.properties("state-service/src/main/resources/application.properties");
        heading(page, prefix, "Where the database is.");
        for (String name : List.of("url", "username", "password", "connections", "silence")) {
            String standard = own.getProperty(prefix + "." + name);
            if (standard == null) {
                throw new IllegalStateException("the state service has no " + name);
            }
            row(page, new Setting(prefix + "." + name, databaseType(name), standard, words(name)));
        }
    }

    private static String databaseType(String name) {
        return switch (name) {
            case "connections" -> "int";
            case "silence" -> "Duration";
            default -> "String";
        };
    }

    private static String words(String name) {
        return switch (name) {
            case "url" -> "Address of the database, `postgresql://host:port/name`.";
            case "username" -> "Who the service is there; owns the schema.";
            case "password" -> "Its password. Give it by the environment.";
            case "connections" -> "Connections of one process at most.";
            case "silence" ->
                    "After so long a connection is given up on which the database does not answer, and"
                            + " by the database one that does not go on with its transaction.";
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static void heading(StringBuilder page, String prefix, String words) {
        page.append("\n### `")
                .append(prefix)
                .append("`\n")
                .append(words)
                .append("\n\n| setting | environment variable | takes | default | what it does |\n")
                .append("|---|---|---|---|---|\n");
    }

    private static void row(StringBuilder page, Setting setting) {
        page.append("| `")
                .append(setting.name())
                .append("` | `")
                .append(ServiceSettings.variable(setting.name()))
                .append("` | ")
                .append(takes(setting.type()))
                .append(" | ")
                .append(standard(setting))
                .append(" | ")
                .append(setting.words().replace("|", "\\|"))
                .append(" |\n");
    }

    private static String standard(Setting setting) {
        String standard = setting.standard();
        if (standard == null) {
            return setting.type().startsWith("Optional") ? "none" : "**must be set**";
        }
        return standard.isEmpty() ? "empty" : "`" + standard + "`";
    }

    private static String takes(String type) {
        return switch (type) {
            case "boolean" -> "`true` or `false`";
            case "int", "short", "OptionalInt", "double" -> "number";
            case "Duration", "Optional<Duration>" -> "duration";
            case "MemorySize" -> "size";
            case "URI" -> "URL";
            case "Tier" -> "`bubblewrap`, `landlock` or `none`";
            case "Path", "Optional<Path>" -> "path";
            case "String", "Optional<String>" -> "text";
            case "Optional<List<Path>>" -> "paths, with commas between";
            case "Optional<List<String>>" -> "texts, with commas between";
            default -> throw new IllegalArgumentException("say what a " + type + " takes");
        };
    }
}
