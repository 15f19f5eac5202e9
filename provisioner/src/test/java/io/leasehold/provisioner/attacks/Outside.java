package io.leasehold.provisioner.attacks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The attacker on the host, outside of any sandbox, as a user with no rights. */
final class Outside {

    private Outside() {}

    /** What it prints; only root can become that user. */
    static String says(Path program, String... arguments) throws IOException {
        String user = Integer.toString(AttackedWorkers.FIRST_USER);
        List<String> argv = new ArrayList<>();
        argv.addAll(List.of("setpriv", "--reuid", user, "--regid", user, "--clear-groups"));
        argv.add(program.toString());
        argv.addAll(List.of(arguments));
        Process process = new ProcessBuilder(argv).start();
        try (InputStream said = process.getInputStream()) {
            return new String(said.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}
