package io.leasehold.provisioner.ledger;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.DriftReport;
import io.leasehold.ledger.api.HeartbeatReply;
import io.leasehold.ledger.api.HeartbeatRequest;
import io.leasehold.ledger.api.IntakeReply;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.ledger.api.LogAppend;
import io.leasehold.ledger.api.OutboxRow;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.PlanAsking;
import io.leasehold.ledger.api.PlanKeeping;
import io.leasehold.ledger.api.PlanReply;
import io.leasehold.ledger.api.ShardClaimRequest;
import io.leasehold.ledger.api.ShardDrainRequest;
import io.leasehold.ledger.api.ShardLease;
import io.leasehold.ledger.api.Watermark;
import io.leasehold.ledger.api.WorkerRegistration;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.rest.client.annotation.RegisterProvider;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;
import org.jspecify.annotations.Nullable;

/**
 * The state service's interface for provisioners. Blocking; safe for use by many threads. Callers
 * go through {@link Ledger}, which tells refusals from outages.
 */
@Path("/")
@RegisterRestClient(configKey = "ledger")
@RegisterProvider(LedgerToken.class)
@RegisterProvider(LedgerProblems.class)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public interface LedgerApi {

    /** Hands in records with their judgements; durable on return. */
    @POST
    @Path(Paths.INTAKE)
    IntakeReply intake(IntakeRequest request);

    /** What of a topic has its verdict. */
    @GET
    @Path(Paths.WATERMARKS)
    List<Watermark> watermarks(
            @QueryParam("topic") String topic, @QueryParam("topicId") String topicId);

    /** Says who this worker is; frees what an older boot of it held. */
    @POST
    @Path(Paths.WORKERS)
    void register(WorkerRegistration registration);

    /** Takes leave of a boot that has no run at work any more; frees what it holds. */
    @POST
    @Path(Paths.WORKERS_LEAVE)
    void leave(WorkerRegistration registration);

    /** Asks for one run; null when nothing is due. */
    @POST
    @Path(Paths.CLAIMS)
    @Nullable Claim claim(ClaimRequest request);

    /** Extends a lease. */
    @POST
    @Path(Paths.HEARTBEAT)
    HeartbeatReply heartbeat(@PathParam("runId") String runId, HeartbeatRequest request);

    /** Adds lines to a run's log. */
    @POST
    @Path(Paths.LOG)
    void log(@PathParam("runId") String runId, LogAppend lines);

    /** Ends a run. */
    @POST
    @Path(Paths.OUTCOME)
    void outcome(@PathParam("runId") String runId, OutcomeRequest outcome);

    /** Keeps a plan that is about to be applied. */
    @PUT
    @Path(Paths.PLAN)
    void keepPlan(@PathParam("runId") String runId, PlanKeeping keeping);

    /** Asks for the plan that an earlier run of the stack kept. */
    @POST
    @Path(Paths.PLAN)
    PlanReply takePlan(@PathParam("runId") String runId, PlanAsking asking);

    /** Ends a drift check. */
    @POST
    @Path(Paths.DRIFT_REPORT)
    void driftReport(@PathParam("runId") String runId, DriftReport report);

    /** A module archive's bytes. */
    @GET
    @Path(Paths.MODULES)
    @Produces("application/gzip")
    byte[] module(@PathParam("digest") String digest);

    /** Claims or renews outbox shards. */
    @POST
    @Path(Paths.SHARDS)
    List<ShardLease> shards(ShardClaimRequest request);

    /** What of a shard is to be published, oldest first; forgets what is published already. */
    @POST
    @Path(Paths.SHARD_DRAIN)
    List<OutboxRow> drain(@PathParam("shard") int shard, ShardDrainRequest request);
}
