package io.leasehold.provisioner.sandbox;

import static io.leasehold.provisioner.sandbox.ProbeList.Check.always;
import static io.leasehold.provisioner.sandbox.ProbeList.Check.never;

import io.leasehold.provisioner.sandbox.ProbeList.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the tiers that keep anything apart have in common. */
final class CommonChecks {

    static final String FILES = "files of the host can be read";

    private static final String FILTER = "the system call filter is not in place";

    /** What programs in a sandbox may be given themselves, or a shell sets by itself. */
    private static final Set<String> GIVEN =
            Set.of(
                    "HOME",
                    "PATH",
                    "LANG",
                    "TMPDIR",
                    "PWD",
                    "OLDPWD",
                    "SHLVL",
                    "SSL_CERT_FILE",
                    "SSL_CERT_DIR",
                    "HTTPS_PROXY");

    private CommonChecks() {}

    /** What a process may and may not do to the kernel, and how much it may have. */
    static List<Check> ofProcess(Map<String, Long> limits) {
        List<Check> checks = new ArrayList<>();
        ours(System.getenv().keySet())
                .ifPresent(name ->
                        checks.add(
                                never(
                                        "environ=" + name + "=",
                                        "the worker's environment can be read")));
        checks.add(never("read=/etc/shadow", FILES));
        checks.add(always("has=no-new-privileges", "programs can gain privileges"));
        checks.add(never("has=capabilities", "programs have capabilities"));
        checks.add(always("has=filter", FILTER));
        checks.add(never("syscall=keyctl", FILTER));
        checks.add(never("syscall=mount", FILTER));
        checks.add(never("syscall=unshare-user", "user namespaces can be made in the sandbox"));
        limits.forEach((name, value) ->
                checks.add(
                        always(
                                "limit=" + name + ":" + value,
                                "the limit " + name + " is not in place")));
        return checks;
    }

    /**
     * The name of a variable that only the worker has. Its value may be a secret, and command lines
     * are read by anybody.
     */
    static Optional<String> ours(Set<String> names) {
        return names.stream()
                .filter(name -> name.length() > 4)
                .filter(name -> GIVEN.stream().noneMatch(given -> given.endsWith(name)))
                .sorted()
                .findFirst();
    }
}
