package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.problem.Refusal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the three parts of a stack's path. Strict, because a path is also a context of encryption:
 * there is one way to write each stack, and no part can hold a separator.
 */
public final class StackPath {
    private static final Pattern TENANT = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern STACK = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");
    private static final Pattern INCARNATION = Pattern.compile("[1-9][0-9]{0,8}");

    /** Letters, digits, hyphens and underscores between single slashes. */
    private static final Pattern PLAIN = Pattern.compile("(/[A-Za-z0-9_-]+)+");

    private StackPath() {}

    /**
     * Whether a request's path, as it was sent, can be read in one way only: no escapes, dots,
     * parameters, doubled or trailing slashes. Asked before anything is routed, since a router
     * tidies paths up.
     */
    static boolean isPlain(@Nullable String path) {
        return path != null && PLAIN.matcher(path).matches();
    }

    /** What is said of a path that is not plain. */
    static Refusal notPlain() {
        return invalid(
                "a state's address is /state/<tenant>/<incarnation>/<stack>, written without"
                        + " escapes, dots or doubled slashes");
    }

    /**
     * The stack named by a path.
     *
     * @throws Refusal 400 ID_INVALID
     */
    public static StackRef of(String tenantId, String incarnation, String stack) {
        if (!TENANT.matcher(tenantId).matches()) {
            throw invalid("the tenant id must be 1 to 63 of a-z, 0-9 and hyphen");
        }
        if (!INCARNATION.matcher(incarnation).matches()) {
            throw invalid("the incarnation must be a whole number from 1, without leading zeros");
        }
        if (!STACK.matcher(stack).matches()) {
            throw invalid("the stack name must be 1 to 63 letters, digits, hyphens, underscores");
        }
        return new StackRef(tenantId, Integer.parseInt(incarnation), stack);
    }

    private static Refusal invalid(String detail) {
        return new Refusal(400, "ID_INVALID", detail);
    }
}
