package io.leasehold.ledger.api;

/** The paths of the state service, as its callers use them. Variables are in braces. */
public final class Paths {

    private Paths() {}

    /** POST {@link IntakeRequest} gives {@link IntakeReply}. Role intake. */
    public static final String INTAKE = "/v1/intake";

    /**
     * GET with {@code topic} and, for one of those that bore the name, {@code topicId} gives a list
     * of {@link Watermark}. Role intake.
     */
    public static final String WATERMARKS = "/v1/intake/watermarks";

    /** GET lists {@link SourceTopicView}. Role viewer. */
    public static final String SOURCE_TOPICS = "/v1/intake/topics";

    /** POST {@link Repair.ConfirmTopic} gives {@link RepairReply}; audited. Role operator. */
    public static final String CONFIRM_TOPIC = "/v1/intake/topics/confirm";

    /** GET lists {@link HeldEventView} ({@code tenant, after, limit}). Role viewer. */
    public static final String HELD_EVENTS = "/v1/intake/held";

    /** POST {@link Repair.Rewind} gives {@link RepairReply}; audited. Role operator. */
    public static final String REWIND = "/v1/intake/rewind";

    /**
     * POST the data of an event, which is not taken in, gives {@link EventCheck}: what contract and
     * blueprint say of it. Role viewer.
     */
    public static final String EVENT_CHECK = "/v1/events/check";

    /** POST {@link WorkerRegistration}, 204. Role worker. */
    public static final String WORKERS = "/v1/workers";

    /**
     * POST {@link WorkerRegistration}, 204: that boot has ended in order; what it still holds is
     * free, and it is given nothing more. Role worker.
     */
    public static final String WORKERS_LEAVE = "/v1/workers/leave";

    /** POST {@link ClaimRequest} gives {@link Claim}, or 204 when nothing is due. Role worker. */
    public static final String CLAIMS = "/v1/claims";

    /**
     * POST {@link HeartbeatRequest} gives {@link HeartbeatReply}; 409 LEASE_LOST when the lease is
     * not the run's any more. Role worker.
     */
    public static final String HEARTBEAT = "/v1/runs/{runId}/heartbeat";

    /** POST {@link LogAppend}, 204. Role worker. GET lines after {@code after}. Role viewer. */
    public static final String LOG = "/v1/runs/{runId}/log";

    /** POST {@link OutcomeRequest}, 204; 409 LEASE_LOST. Role worker. */
    public static final String OUTCOME = "/v1/runs/{runId}/outcome";

    /**
     * PUT {@link PlanKeeping} keeps a plan before it is applied, 204. POST {@link PlanAsking} gives
     * {@link PlanReply}: the plan that an earlier run of the stack kept. 409 LEASE_LOST. Role
     * worker.
     */
    public static final String PLAN = "/v1/runs/{runId}/plan";

    /** POST {@link DriftReport}, 204. Role worker. */
    public static final String DRIFT_REPORT = "/v1/runs/{runId}/drift";

    /** GET the archive's bytes, application/gzip. Role worker. */
    public static final String MODULES = "/v1/modules/{digest}";

    /** POST {@link ShardClaimRequest} gives a list of {@link ShardLease}. Role publisher. */
    public static final String SHARDS = "/v1/outbox/shards";

    /**
     * POST {@link ShardDrainRequest} forgets what it says is published, renews the lease and gives
     * a list of {@link OutboxRow}, oldest first; 409 LEASE_LOST. Role publisher.
     */
    public static final String SHARD_DRAIN = "/v1/outbox/shards/{shard}/drain";

    /**
     * GET lists {@link BlueprintView} ({@code after, limit}); POST {@link BlueprintRegistration}.
     * Roles viewer, operator.
     */
    public static final String BLUEPRINTS = "/v1/blueprints";

    /** GET lists {@link TenantView} ({@code after, limit}). Role viewer. */
    public static final String TENANTS = "/v1/tenants";

    /** GET the newest life as {@link TenantView} ({@code incarnation}). Role viewer. */
    public static final String TENANT = "/v1/tenants/{tenantId}";

    /** GET lists {@link EventView}, newest first. Role viewer. */
    public static final String TENANT_EVENTS = "/v1/tenants/{tenantId}/events";

    /** POST {@link Repair.ReleaseHeld} gives {@link RepairReply}; audited. Role operator. */
    public static final String RELEASE_HELD = "/v1/tenants/{tenantId}/release";

    /** POST {@link Repair.SetGeneration} gives {@link RepairReply}; audited. Role operator. */
    public static final String SET_GENERATION = "/v1/tenants/{tenantId}/generation";

    /** POST {@link Repair.Abandon} gives {@link RepairReply}; audited. Role operator. */
    public static final String ABANDON = "/v1/tenants/{tenantId}/abandon";

    /** GET lists {@link StackView} ({@code tenant, after, limit}). Role viewer. */
    public static final String STACKS = "/v1/stacks";

    /**
     * GET lists {@link RunView}, newest first ({@code tenant, stack, after, limit}). Role viewer.
     */
    public static final String RUNS = "/v1/runs";

    /** GET {@link RunView}. Role viewer. */
    public static final String RUN = "/v1/runs/{runId}";

    /**
     * GET lists {@link OutputView} ({@code tenant}); sensitive values are left out. Role viewer.
     */
    public static final String OUTPUTS = "/v1/outputs";

    /** GET one {@link OutputView} with its value, sensitive or not; audited. Role operator. */
    public static final String OUTPUT = "/v1/outputs/{tenantId}/{incarnation}/{stack}/{name}";

    /**
     * GET lists the newest {@link StateVersionView} of each stack ({@code tenant}). Role viewer.
     */
    public static final String STATES = "/v1/states";

    /**
     * GET lists all versions of a stack, newest first ({@code after, limit, deleted}). Role viewer.
     */
    public static final String STATE_VERSIONS =
            "/v1/states/{tenantId}/{incarnation}/{stack}/versions";

    /** GET the state's bytes; audited. Role operator. */
    public static final String STATE_VERSION =
            "/v1/states/{tenantId}/{incarnation}/{stack}/versions/{version}";

    /**
     * GET {@link StateSummary} of one version ({@code version}), or of the current one. Role
     * viewer.
     */
    public static final String STATE_SUMMARY =
            "/v1/states/{tenantId}/{incarnation}/{stack}/summary";

    /**
     * GET {@link StateDiff} of two versions ({@code from, to}), the second the current one unless
     * given. Role viewer.
     */
    public static final String STATE_DIFF = "/v1/states/{tenantId}/{incarnation}/{stack}/diff";

    /** POST {@link StateRollbackRequest} gives {@link StateChange}. Role operator. */
    public static final String STATE_ROLLBACK =
            "/v1/states/{tenantId}/{incarnation}/{stack}/rollback";

    /** POST {@link StateDeleteRequest} gives {@link StateChange}. Role operator. */
    public static final String STATE_DELETE = "/v1/states/{tenantId}/{incarnation}/{stack}/delete";

    /** POST {@link StateUndeleteRequest} gives {@link StateChange}. Role operator. */
    public static final String STATE_UNDELETE =
            "/v1/states/{tenantId}/{incarnation}/{stack}/undelete";

    /**
     * POST {@link StateOperationRequest} asks for a run that has tofu change the state, gives
     * {@link StateOperationReply}; audited. Role operator.
     */
    public static final String STATE_OPERATIONS =
            "/v1/states/{tenantId}/{incarnation}/{stack}/operations";

    /**
     * GET lists orphans as {@link StateVersionView} ({@code tenant, after, limit, settled}). Role
     * viewer.
     */
    public static final String ORPHANS = "/v1/orphans";

    /** POST {@link OrphanRequest} gives {@link StateChange}. Role operator. */
    public static final String ORPHAN_ADOPT =
            "/v1/orphans/{tenantId}/{incarnation}/{stack}/{version}/adopt";

    /** POST {@link OrphanRequest} gives {@link StateChange}. Role operator. */
    public static final String ORPHAN_DISMISS =
            "/v1/orphans/{tenantId}/{incarnation}/{stack}/{version}/dismiss";

    /** GET lists {@link LockView} ({@code tenant, after, limit}). Role viewer. */
    public static final String LOCKS = "/v1/locks";

    /** POST {@link LockReleaseRequest} gives {@link LockReleased}. Role operator. */
    public static final String LOCK_RELEASE = "/v1/locks/{tenantId}/{incarnation}/{stack}/release";

    /** GET lists {@link CapView}. Role viewer. */
    public static final String CAPS = "/v1/caps";

    /** PUT {@link CapRequest} gives {@link CapView}; audited. Role operator. */
    public static final String CAP = "/v1/caps/{name}";

    /** POST {@link CapRemoval} gives the {@link CapView} that it was; audited. Role operator. */
    public static final String CAP_REMOVE = "/v1/caps/{name}/remove";

    /** GET lists {@link BreakerView} ({@code closed}: those that are closed, too). Role viewer. */
    public static final String BREAKERS = "/v1/breakers";

    /** POST {@link BreakerClosing} gives {@link BreakerView}; audited. Role operator. */
    public static final String BREAKER_CLOSE = "/v1/breakers/{id}/close";

    /**
     * POST {@link HoldRequest} holds a life and all its stacks, gives {@link HoldReply}; audited.
     * Role operator.
     */
    public static final String LIFE_HOLD = "/v1/tenants/{tenantId}/{incarnation}/hold";

    /** POST {@link HoldRelease} gives {@link HoldReply}; audited. Role operator. */
    public static final String LIFE_UNHOLD = "/v1/tenants/{tenantId}/{incarnation}/unhold";

    /** POST {@link HoldRequest} gives {@link HoldReply}; audited. Role operator. */
    public static final String STACK_HOLD = "/v1/stacks/{tenantId}/{incarnation}/{stack}/hold";

    /** POST {@link HoldRelease} gives {@link HoldReply}; audited. Role operator. */
    public static final String STACK_UNHOLD = "/v1/stacks/{tenantId}/{incarnation}/{stack}/unhold";

    /** POST {@link CancelRequest} gives {@link RunView}; audited. Role operator. */
    public static final String RUN_CANCEL = "/v1/runs/{runId}/cancel";

    /** GET lists {@link DriftView}, oldest first ({@code tenant, after, limit}). Role viewer. */
    public static final String DRIFT = "/v1/drift";

    /**
     * GET lists {@link DeadLetterView}, newest first ({@code status, tenant, code, kind, since,
     * fingerprint, after, limit}). Role viewer. POST {@link LetterImport} gives {@link
     * RepairReply}; audited. Role operator.
     */
    public static final String DEAD_LETTERS = "/v1/dead-letters";

    /**
     * GET lists {@link LetterGroup} in the order of their keys ({@code by} is code, tenant,
     * blueprint, fingerprint, day or age; the others as of {@link #DEAD_LETTERS}); with {@code
     * order=most} those of the most letters, in one page. Role viewer.
     */
    public static final String DEAD_LETTER_GROUPS = "/v1/dead-letter-groups";

    /**
     * GET {@link DeadLetterView} with what it holds: every name, and texts by their length only
     * where they may be what must not be shown; with {@code raw=true} the exact bytes. Audited.
     * Role operator.
     */
    public static final String DEAD_LETTER = "/v1/dead-letters/{id}";

    /**
     * PUT {@link DeadLetterEdit} gives {@link DeadLetterView}. Refuses as EDIT_REDACTED what holds
     * words of the redaction. Role operator.
     */
    public static final String DEAD_LETTER_EDIT = "/v1/dead-letters/{id}/edit";

    /** POST {@link ReplayRequest} gives {@link ReplayReply}. Role operator. */
    public static final String DEAD_LETTER_REPLAY = "/v1/dead-letters/{id}/replay";

    /** POST {@link LetterDiscard} gives {@link RepairReply}; audited. Role operator. */
    public static final String DEAD_LETTER_DISCARD = "/v1/dead-letters/{id}/discard";

    /** GET {@link LetterCopy}, byte for byte; audited. Role operator. */
    public static final String DEAD_LETTER_EXPORT = "/v1/dead-letters/{id}/export";

    /**
     * GET lists {@link ReplayItemView}: replays of this letter and of those it came from, newest
     * first ({@code after, limit}). Role viewer.
     */
    public static final String DEAD_LETTER_REPLAYS = "/v1/dead-letters/{id}/replays";

    /**
     * GET lists {@link ReplayView}, newest first ({@code after, limit}). Role viewer. POST {@link
     * ReplayOrder} gives {@link ReplayPlan}; audited when it executes. Role operator.
     */
    public static final String REPLAYS = "/v1/replays";

    /** GET {@link ReplayView}. Role viewer. */
    public static final String REPLAY = "/v1/replays/{replayId}";

    /**
     * GET lists {@link ReplayItemView} in the order of their turns ({@code after, limit}). Role
     * viewer.
     */
    public static final String REPLAY_ITEMS = "/v1/replays/{replayId}/items";

    /** POST {@link ReplayStepRequest} gives {@link ReplayStep}; audited. Role operator. */
    public static final String REPLAY_STEP = "/v1/replays/{replayId}/step";

    /** POST {@link ReplayResumeRequest} gives {@link ReplayView}; audited. Role operator. */
    public static final String REPLAY_RESUME = "/v1/replays/{replayId}/resume";

    /** POST {@link ReplayAbortRequest} gives {@link ReplayView}; audited. Role operator. */
    public static final String REPLAY_ABORT = "/v1/replays/{replayId}/abort";

    /**
     * GET lists {@link AuditView}, newest first ({@code tenant, actor, action, subject, after,
     * limit}; {@code subject} is what it begins with). Role viewer.
     */
    public static final String AUDIT = "/v1/audit";

    /**
     * GET gives {@link AuditView} as they come, a line of JSON each ({@code tenant, actor, action,
     * subject, after}): those behind the id {@code after}, else from now on. Role viewer.
     */
    public static final String AUDIT_STREAM = "/v1/audit/stream";

    /** GET {@link KeysView}. Role viewer. */
    public static final String KEYS = "/v1/keys";

    /**
     * POST {@link KeyRotateRequest} begins to bring everything under the first master key, or goes
     * on with it, and gives {@link KeysView}. Role operator.
     */
    public static final String KEYS_ROTATE = "/v1/keys/rotate";

    /**
     * GET lists {@link KeyReceiptView}, newest first ({@code tenant, after, limit}). Role viewer.
     */
    public static final String KEY_RECEIPTS = "/v1/keys/receipts";

    /**
     * POST {@link KeyDeletionRequest} gives {@link KeyDeletionReply}: makes unreadable what a gone
     * life left; 409 while anything of it stands. Role operator.
     */
    public static final String KEY_DELETION = "/v1/keys/{tenantId}/{incarnation}/deletion";

    /** GET {@link DoctorView}: what is wrong with the system, and what to do. Role operator. */
    public static final String DOCTOR = "/v1/doctor";

    /**
     * The Terraform HTTP backend of one stack: GET, POST, LOCK, UNLOCK. Roles run (by the
     * credential of a {@link Claim}: GET, POST), state, operator; worker hands in what a spool
     * holds.
     */
    public static final String STATE = "/state/{tenantId}/{incarnation}/{stack}";

    /** The header in which a worker names the lease under which a spooled state was written. */
    public static final String LEASE_HEADER = "Leasehold-Lease";

    /**
     * The header in which a person says why a state is written. A state of another lineage, or with
     * an older serial, is taken with it only.
     */
    public static final String REASON_HEADER = "Leasehold-Reason";
}
