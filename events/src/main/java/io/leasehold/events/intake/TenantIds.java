package io.leasehold.events.intake;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a tenant id may be. It becomes part of names of databases, roles, topics and hosts, so it is
 * as narrow as the narrowest of them.
 */
public final class TenantIds {
    public static final int MAX_LENGTH = 40;

    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{1,38}[a-z0-9]");
    private static final List<String> RESERVED =
            List.of("default", "system", "admin", "all", "global", "shared");
    private static final String RESERVED_PREFIX = "test-";

    private TenantIds() {}

    /** True for 3 to 40 characters a-z, 0-9 and hyphen that begin and end as they must. */
    public static boolean hasForm(String id) {
        return FORM.matcher(id).matches();
    }

    /** True for ids that no tenant may have. */
    public static boolean isReserved(String id) {
        return RESERVED.contains(id) || id.startsWith(RESERVED_PREFIX);
    }

    /** True if a tenant may have that id. */
    public static boolean isValid(String id) {
        return hasForm(id) && !id.contains("--") && !isReserved(id);
    }
}
