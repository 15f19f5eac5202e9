package io.leasehold.state.lease;

import io.leasehold.state.problem.Refusal;
import java.util.regex.Pattern;

/** What workers call themselves, their boots and their requests. */
final class WorkerNames {
    /** Whatever else a database refuses would be refused to everybody who asks at the same time. */
    private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7e]{1,200}");

    private WorkerNames() {}

    /** Refuses with that code unless all of them can be written down. */
    static void check(String code, String what, String... names) {
        for (String name : names) {
            if (!PRINTABLE.matcher(name).matches()) {
                throw new Refusal(400, code, what + " are printable, with 200 characters at most.");
            }
        }
    }
}
