package io.leasehold.state.tenant;

import io.leasehold.ledger.api.EventView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StackView;
import io.leasehold.ledger.api.TenantView;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.stack.LifeRef;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** Tenants, their events and their stacks, to be looked at. */
@Path("/")
@Cancellable(false)
@Produces(MediaType.APPLICATION_JSON)
public class TenantResource {
    private static final int MOST = 1000;

    private final TenantViews views;
    private final StackRows stacks;
    private final Mutiny.SessionFactory sessions;

    TenantResource(TenantViews views, StackRows stacks, Mutiny.SessionFactory sessions) {
        this.views = views;
        this.stacks = stacks;
        this.sessions = sessions;
    }

    /** All lives of all tenants, page by page. */
    @GET
    @Path(Paths.TENANTS)
    @RolesAllowed("viewer")
    public Uni<Page<TenantView>> tenants(
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        return views.page(life(after), bounded(limit));
    }

    /** One tenant's newest life, or the one that is asked for. */
    @GET
    @Path(Paths.TENANT)
    @RolesAllowed("viewer")
    public Uni<TenantView> tenant(
            @PathParam("tenantId") String tenantId,
            @QueryParam("incarnation") @Nullable Integer incarnation) {
        return views.one(tenantId, incarnation)
                .map(found ->
                        found.orElseThrow(() ->
                                new Refusal(
                                        404,
                                        "TENANT_UNKNOWN",
                                        "no event of a tenant "
                                                + tenantId
                                                + " was ever accepted")));
    }

    /** A tenant's events with what became of each, newest first. */
    @GET
    @Path(Paths.TENANT_EVENTS)
    @RolesAllowed("viewer")
    public Uni<Page<EventView>> events(
            @PathParam("tenantId") String tenantId,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        return views.events(
                tenantId, after == null ? Long.MAX_VALUE : number(after), bounded(limit));
    }

    /** All stacks, or those of one tenant, page by page. */
    @GET
    @Path(Paths.STACKS)
    @RolesAllowed("viewer")
    public Uni<Page<StackView>> stacks(
            @QueryParam("tenant") @Nullable String tenantId,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        int most = bounded(limit);
        return sessions.withSession(
                        session -> stacks.page(session, tenantId, stack(after), most + 1))
                .map(found -> {
                    List<StackView> shown =
                            found.stream().limit(most).map(StackRows.Described::view).toList();
                    return new Page<>(
                            shown, found.size() > most ? shown.getLast().stack().key() : null);
                });
    }

    private static int bounded(int limit) {
        return Math.clamp(limit, 1, MOST);
    }

    private static LifeRef life(@Nullable String after) {
        if (after == null) {
            return new LifeRef("", 0);
        }
        String[] parts = parts(after, 2);
        return new LifeRef(parts[0], incarnation(parts[1]));
    }

    private static StackRef stack(@Nullable String after) {
        if (after == null) {
            return new StackRef("", 0, "");
        }
        String[] parts = parts(after, 3);
        return new StackRef(parts[0], incarnation(parts[1]), parts[2]);
    }

    private static String[] parts(String after, int expected) {
        String[] parts = after.split("/", -1);
        if (parts.length != expected) {
            throw notAPage(after);
        }
        return parts;
    }

    private static int incarnation(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw notAPage(text);
        }
        return Integer.parseInt(text);
    }

    static long number(String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw notAPage(text);
        }
        return Long.parseLong(text);
    }

    private static Refusal notAPage(String after) {
        return new Refusal(400, "PAGE_INVALID", "after must be a page's next, not " + after);
    }
}
