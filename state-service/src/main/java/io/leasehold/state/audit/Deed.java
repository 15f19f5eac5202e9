package io.leasehold.state.audit;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One thing that somebody did.
 *
 * @param actor the caller's name
 * @param action what was done, lower-case with dashes, such as {@code read-output}
 * @param subject what it was done to
 * @param tenantId whose thing that is; null when it belongs to no tenant. Callers that are limited
 *     to some tenants see the entries of those only
 * @param reason in the actor's words
 */
public record Deed(
        String actor,
        String action,
        String subject,
        @Nullable String tenantId,
        @Nullable String reason) {
    private static final String TENANT = "([a-z0-9][a-z0-9-]{0,62})";
    private static final Pattern OF_TENANT =
            Pattern.compile(TENANT + "/[1-9][0-9]{0,8}(?:$|[ /].*)");

    /**
     * Done to what a life, a stack or a thing of a stack names: the subject begins {@code
     * tenant/incarnation}, and is of no tenant when it does not.
     */
    static Deed to(String actor, String action, String subject, @Nullable String reason) {
        Matcher named = OF_TENANT.matcher(subject);
        return new Deed(actor, action, subject, named.matches() ? named.group(1) : null, reason);
    }

    /** Whether a text can be the id of a tenant. */
    static boolean isTenant(String text) {
        return text.matches(TENANT);
    }
}
