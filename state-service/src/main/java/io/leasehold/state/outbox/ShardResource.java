package io.leasehold.state.outbox;

import io.leasehold.ledger.api.OutboxPublished;
import io.leasehold.ledger.api.OutboxRow;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.ShardClaimRequest;
import io.leasehold.ledger.api.ShardLease;
import io.leasehold.state.access.Role;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The outbox as publishers drain it. */
@Path("/")
class ShardResource {
    private static final int MOST_ROWS = 1000;
    private static final long LONGEST_WAIT_MILLIS = 30_000;

    private final Shards shards;

    ShardResource(Shards shards) {
        this.shards = shards;
    }

    /** Leases shards to a publisher. */
    @POST
    @Path(Paths.SHARDS)
    @RolesAllowed(Role.PUBLISHER)
    public Uni<List<ShardLease>> claim(@Nullable ShardClaimRequest request) {
        if (request == null || blank(request.publisher()) || blank(request.bootId())) {
            throw new Refusal(400, "REQUEST_INVALID", "publisher and bootId must be given");
        }
        return shards.claim(request);
    }

    /** The oldest pending rows of a shard; waits for one when asked to. */
    @GET
    @Path(Paths.SHARD_ROWS)
    @RolesAllowed(Role.PUBLISHER)
    public Uni<List<OutboxRow>> rows(
            @PathParam("shard") int shard,
            @QueryParam("lease") @DefaultValue("") String lease,
            @QueryParam("limit") @DefaultValue("200") int limit,
            @QueryParam("waitMillis") @DefaultValue("0") long waitMillis) {
        return shards.rows(
                shard,
                lease,
                Math.clamp(limit, 1, MOST_ROWS),
                Duration.ofMillis(Math.clamp(waitMillis, 0, LONGEST_WAIT_MILLIS)));
    }

    /** Forgets rows that the broker has. */
    @POST
    @Path(Paths.SHARD_PUBLISHED)
    @RolesAllowed(Role.PUBLISHER)
    public Uni<Void> published(@PathParam("shard") int shard, @Nullable OutboxPublished published) {
        if (published == null || blank(published.leaseId())) {
            throw new Refusal(400, "REQUEST_INVALID", "leaseId and ids must be given");
        }
        return shards.published(shard, published.leaseId(), published.ids());
    }

    private static boolean blank(@Nullable String text) {
        return text == null || text.isBlank();
    }
}
