package io.leasehold.provisioner.workshop;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.provisioner.tofu.RunInputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The attacker as a provider of a mirror, and the module that runs it. */
public final class HostileTools {

    /** The attacker in its mirror. */
    public static final String PROVIDER =
            "hostile.test/hostile/attacker/1.0.0/linux_%s/terraform-provider-attacker_v1.0.0"
                    .formatted(architecture());

    private HostileTools() {}

    private static String architecture() {
        String name = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return name.equals("aarch64") ? "arm64" : "amd64";
    }

    /**
     * A mirror below that directory, with the attacker as the provider {@code
     * hostile.test/hostile/attacker}, which crashes when it is used as one, and as a program of
     * root's with the set-user-id bit; and with real providers, by {@code NAMESPACE/TYPE}.
     */
    public static Path mirror(Path directory, String... real) throws IOException {
        Path mirror = directory.resolve("providers");
        Path provider = mirror.resolve(PROVIDER);
        Files.createDirectories(provider.getParent());
        Files.copy(Tools.attacker(), provider);
        Files.setPosixFilePermissions(provider, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path setuid = Files.copy(Tools.attacker(), mirror.resolve("setuid"));
        Files.setAttribute(setuid, "unix:mode", 04755);
        for (String name : real) {
            copy(Path.of("registry.opentofu.org", name), Tools.providers(), mirror);
        }
        return mirror;
    }

    private static void copy(Path part, Path from, Path to) throws IOException {
        Files.createDirectories(to.resolve(part).getParent());
        try (Stream<Path> all = Files.walk(from.resolve(part))) {
            for (Path path : all.toList()) {
                Files.copy(
                        path,
                        to.resolve(from.relativize(path)),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    /** Has the attacker try what its variable says when it is applied. */
    public static Map<String, String> module() {
        return module("/opt/providers");
    }

    /** The same where the mirror is seen elsewhere. */
    public static Map<String, String> module(String providers) {
        return Map.of(
                "main.tf",
                """
                variable "tries" { type = list(string) }
                resource "terraform_data" "attack" {
                  provisioner "local-exec" {
                    interpreter = ["%s/%s", "try"]
                    command     = join("\\n", var.tries)
                  }
                }
                """
                        .formatted(providers, PROVIDER));
    }

    /** Inputs for that module. */
    public static RunInputs trying(List<String> tries, RunInputs inputs) {
        ObjectNode variables = inputs.variables().deepCopy();
        tries.forEach(variables.putArray("tries")::add);
        return new RunInputs(variables, inputs.env(), inputs.secretEnv(), inputs.masked());
    }
}
