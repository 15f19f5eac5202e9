package io.leasehold.state.request;

import io.leasehold.state.Ids;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gives every request an id before anything else sees it: the caller's own, where it is one that
 * may stand in a log, a header and a table as it is, and one of ours otherwise. It goes back in the
 * response, whatever becomes of the request.
 */
@ApplicationScoped
public class RequestIds {
    /** Both ways. */
    public static final String HEADER = "X-Request-Id";

    private static final String KEY = "leasehold.request-id";

    /** Before everything that may end a request. */
    private static final int FIRST = 3000;

    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,99}");

    private final Ids ids;

    RequestIds(Ids ids) {
        this.ids = ids;
    }

    void register(@Observes Filters filters) {
        filters.register(this::give, FIRST);
    }

    private void give(RoutingContext context) {
        String asked = context.request().getHeader(HEADER);
        String id = isSane(asked) ? asked : ids.next();
        context.put(KEY, id);
        context.response().putHeader(HEADER, id);
        context.next();
    }

    /** Whether a caller's id is taken: at most 100 letters, digits, dots, colons and dashes. */
    static boolean isSane(@Nullable String id) {
        return id != null && SANE.matcher(id).matches();
    }

    /** The id that the request was given. */
    public static String of(RoutingContext context) {
        return String.valueOf(context.<Object>get(KEY));
    }
}
