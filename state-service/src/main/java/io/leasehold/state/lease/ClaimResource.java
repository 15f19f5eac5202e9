package io.leasehold.state.lease;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.Paths;
import io.leasehold.state.Uncancelled;
import io.leasehold.state.access.Role;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Where workers ask for work. */
@Path(Paths.CLAIMS)
@Cancellable(false)
public class ClaimResource {
    private static final long LONGEST_WAIT_MILLIS = 30_000;

    private final Claims claims;
    private final Presence presence;

    /** Serves these claims. */
    ClaimResource(Claims claims, Presence presence) {
        this.claims = claims;
        this.presence = presence;
    }

    /**
     * Gives one run, or 204 when nothing is due within the wait. Who hangs up ends the wait, and
     * only the wait: nothing is claimed for who is gone.
     */
    @POST
    @Cancellable(true)
    @RolesAllowed(Role.WORKER)
    public Uni<RestResponse<Claim>> claim(ClaimRequest request) {
        if (request.waitMillis() < 0 || request.waitMillis() > LONGEST_WAIT_MILLIS) {
            throw new Refusal(400, "WAIT_INVALID", "waitMillis is from 0 to 30000.");
        }
        if (request.requestId().isBlank()) {
            throw new Refusal(400, "REQUEST_ID_MISSING", "A claim needs a random requestId.");
        }
        WorkerNames.check(
                "CLAIM_INVALID",
                "worker, bootId and requestId",
                request.worker(),
                request.bootId(),
                request.requestId());
        return Uncancelled.of(presence.note(request))
                .chain(() -> claims.claim(request))
                .map(claim -> claim.map(RestResponse::ok).orElseGet(RestResponse::noContent));
    }
}
