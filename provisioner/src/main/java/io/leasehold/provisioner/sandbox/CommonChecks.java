package io.leasehold.provisioner.sandbox;

import static io.leasehold.provisioner.sandbox.ProbeList.Check.always;
import static io.leasehold.provisioner.sandbox.ProbeList.Check.never;

import io.leasehold.provisioner.sandbox.ProbeList.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the tiers that keep anything apart have in common. */
final class CommonChecks {

    static final String FILES = "files of the host can be read";

    private static final String FILTER = "the system call filter is not in place";

    private CommonChecks() {}

    /** What a process may and may not do to the kernel, and how much it may have. */
    static List<Check> ofProcess(Map<String, Long> limits) {
        List<Check> checks = new ArrayList<>();
        ours().ifPresent(variable ->
                checks.add(never("environ=" + variable, "the worker's environment can be read")));
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

    /** Something of the worker's own environment that nobody would have by chance. */
    private static Optional<String> ours() {
        return System.getenv().entrySet().stream()
                .filter(variable -> variable.getValue().length() > 7)
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .filter(text -> !text.contains("\n"))
                .findFirst();
    }
}
