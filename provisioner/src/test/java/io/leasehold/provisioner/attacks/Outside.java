package io.leasehold.provisioner.attacks;

import io.leasehold.provisioner.sandbox.Rights;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The attacker on the host, outside of any sandbox, as a user with no rights. */
final class Outside {

    private Outside() {}

    /** Whether it can be done at all on this machine, by a user with no rights or with all. */
    static boolean offers(Path program, String tried, boolean withRights) throws IOException {
        List<String> argv = List.of(program.toString(), "try", tried);
        return printed(withRights || !Rights.root() ? argv : asUser(argv))
                .contains("\"done\":true");
    }

    /** What it prints; only root can become that user. */
    static String says(Path program, String... arguments) throws IOException {
        List<String> argv = new ArrayList<>();
        argv.add(program.toString());
        argv.addAll(List.of(arguments));
        return printed(asUser(argv));
    }

    private static List<String> asUser(List<String> argv) {
        String user = Integer.toString(AttackedWorkers.FIRST_USER);
        List<String> dropped = new ArrayList<>();
        dropped.addAll(List.of("setpriv", "--reuid", user, "--regid", user, "--clear-groups"));
        dropped.addAll(argv);
        return dropped;
    }

    private static String printed(List<String> argv) throws IOException {
        Process process = new ProcessBuilder(argv).start();
        try (InputStream said = process.getInputStream()) {
            return new String(said.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}
