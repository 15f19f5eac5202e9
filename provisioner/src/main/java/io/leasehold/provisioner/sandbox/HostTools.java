package io.leasehold.provisioner.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The programs of the host that make a sandbox, found once. */
record HostTools(Path unshare, Path setpriv, Path bwrap) {

    private static final List<String> PLACES =
            List.of("/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin", "/sbin");

    /** What is missing, with the package that has it, or the tools. */
    sealed interface Search {
        record Found(HostTools tools) implements Search {}

        record Missing(String program, String aptPackage) implements Search {}
    }

    static Search find() {
        Optional<Path> unshare = program("unshare");
        Optional<Path> setpriv = program("setpriv");
        Optional<Path> bwrap = program("bwrap");
        if (bwrap.isEmpty()) {
            return new Search.Missing("bwrap", "bubblewrap");
        }
        if (unshare.isEmpty() || setpriv.isEmpty()) {
            return new Search.Missing(unshare.isEmpty() ? "unshare" : "setpriv", "util-linux");
        }
        return new Search.Found(new HostTools(unshare.get(), setpriv.get(), bwrap.get()));
    }

    private static Optional<Path> program(String name) {
        return PLACES.stream()
                .map(place -> Path.of(place, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
