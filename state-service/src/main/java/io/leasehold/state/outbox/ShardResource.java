package io.leasehold.state.outbox;

import io.leasehold.ledger.api.OutboxRow;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.ShardClaimRequest;
import io.leasehold.ledger.api.ShardDrainRequest;
import io.leasehold.ledger.api.ShardLease;
import io.leasehold.state.access.Role;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Duration;
import java.util.List;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** The outbox as publishers drain it. */
@Path("/")
@Cancellable(false)
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

    /**
     * Forgets what the broker has and gives what it should have next, waiting for it. Who hangs up
     * ends the wait, and only the wait.
     */
    @POST
    @Path(Paths.SHARD_DRAIN)
    @Cancellable(true)
    @RolesAllowed(Role.PUBLISHER)
    public Uni<List<OutboxRow>> drain(
            @PathParam("shard") int shard, @Nullable ShardDrainRequest request) {
        if (request == null || blank(request.leaseId())) {
            throw new Refusal(400, "REQUEST_INVALID", "leaseId must be given");
        }
        if (shard < 0 || shard >= Outbox.SHARDS) {
            throw new Refusal(404, "SHARD_UNKNOWN", "There is no shard " + shard + ".");
        }
        Shards.Poll poll =
                new Shards.Poll(
                        shard, request.leaseId(), Math.clamp(request.limit(), 0, MOST_ROWS));
        Duration wait = Duration.ofMillis(Math.clamp(request.waitMillis(), 0, LONGEST_WAIT_MILLIS));
        return shards.published(poll, request.published())
                .chain(() ->
                        poll.limit() == 0
                                ? Uni.createFrom().item(List.of())
                                : shards.rows(poll, wait));
    }

    private static boolean blank(@Nullable String text) {
        return text == null || text.isBlank();
    }
}
