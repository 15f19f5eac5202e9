package io.leasehold.events;

import static io.leasehold.events.ErrorType.CONFLICT;
import static io.leasehold.events.ErrorType.EXTERNAL;
import static io.leasehold.events.ErrorType.INTERNAL;
import static io.leasehold.events.ErrorType.RESOURCE;
import static io.leasehold.events.ErrorType.USER;

/**
 * Every reason for which an event is refused or a run fails for good. The constant's name is the
 * stable string that headers, documents and dashboards carry; it is never renamed or reused.
 */
public enum ErrorCode {
    // What an event may be refused for. None of these is retried: the same bytes fail again.
    ENV_MALFORMED(
            Kind.EVENT,
            USER,
            "Send a CloudEvents 1.0 event with id, source, type and specversion, each once."),
    ENV_CONTENT_TYPE(
            Kind.EVENT,
            USER,
            "Send content-type application/json (binary mode) or application/cloudevents+json"
                    + " (structured mode), in UTF-8."),
    ENV_BATCH(Kind.EVENT, USER, "Send one event per record; batches are not read."),
    ENV_TOMBSTONE(
            Kind.EVENT,
            USER,
            "To remove a tenant send a tenant.deleted event; a record without a value says"
                    + " nothing."),
    ENV_UNSUPPORTED_TYPE(
            Kind.EVENT,
            USER,
            "Use one of io.leasehold.tenant.{created,updated,suspended,resumed,deleted}.v1."),
    JSON_MALFORMED(Kind.EVENT, USER, "Send exactly one JSON object in UTF-8."),
    JSON_DUPLICATE_KEY(
            Kind.EVENT, USER, "Name each key of an object once; readers disagree on which wins."),
    TEXT_INVALID(
            Kind.EVENT,
            USER,
            "Send strings in Unicode NFC without control characters (tab, CR and LF may stand"
                    + " inside variables)."),
    LIMIT_EXCEEDED(
            Kind.EVENT, USER, "Make the event smaller; the limits are part of the contract."),
    SCHEMA_VIOLATION(
            Kind.EVENT, USER, "Correct the fields that the pointers name; the schema is closed."),
    LIFECYCLE_MISMATCH(
            Kind.EVENT, USER, "Let the event type and data.lifecycle say the same thing."),
    TENANT_ID_INVALID(
            Kind.EVENT,
            USER,
            "Use 3 to 40 characters a-z, 0-9 and single hyphens, starting with a letter, not a"
                    + " reserved word."),
    KEY_MISMATCH(Kind.EVENT, USER, "Use data.tenantId as the record key, byte for byte."),
    TENANT_UNKNOWN(
            Kind.EVENT,
            USER,
            "Send the tenant's full desired state first; nothing is known of it."),
    GENERATION_MISSING(
            Kind.EVENT,
            USER,
            "Send data.generation, counted up with every change of the tenant's desired state."),
    GENERATION_INVALID(
            Kind.EVENT,
            USER,
            "Send data.generation as an integer from 1 to 2^53-1; a source that is ordered by"
                    + " position sends none."),
    GENERATION_JUMP(
            Kind.EVENT,
            USER,
            "Continue from the last generation; a step of more than 1,000,000 is taken for a"
                    + " mistake."),
    GENERATION_CONFLICT(
            Kind.EVENT,
            CONFLICT,
            "Send the change with a new, higher generation; this one was used for other content."),
    INCARNATION_INVALID(
            Kind.EVENT,
            USER,
            "Send data.incarnation as an integer of at least 1, or leave it out."),
    INCARNATION_JUMP(
            Kind.EVENT,
            USER,
            "Continue from the last incarnation; a step of more than 1,000 is taken for a mistake."),
    INCARNATION_REQUIRED(
            Kind.EVENT,
            CONFLICT,
            "The tenant was deleted for good; to have it again send a higher incarnation."),
    BLUEPRINT_UNKNOWN(Kind.EVENT, USER, "Register the blueprint, or name one that is registered."),
    BLUEPRINT_VERSION_UNKNOWN(
            Kind.EVENT, USER, "Register that version of the blueprint, or name a registered one."),
    BLUEPRINT_NOT_ALLOWED_FOR_PLAN(
            Kind.EVENT, USER, "Name a blueprint that the tenant's tier may have."),
    STACK_UNKNOWN(Kind.EVENT, USER, "Name only stacks that the blueprint has, under data.stacks."),
    NAME_CONFLICT(
            Kind.RUN,
            CONFLICT,
            "A resource of that name exists and is not ours: remove it, rename, or adopt it."),
    VAR_UNDECLARED(Kind.EVENT, USER, "Remove the variables that the blueprint does not declare."),
    VAR_MISSING(Kind.EVENT, USER, "Add the variables that the blueprint requires."),
    VAR_TYPE(Kind.EVENT, USER, "Give the variables the type and range the blueprint declares."),
    VAR_NAME_COLLISION(
            Kind.EVENT, USER, "Keep one of the variables that become the same snake_case name."),
    VAR_RESERVED(
            Kind.EVENT, USER, "Remove the variable; the platform sets inputs of that name itself."),
    VAR_SENSITIVE_INLINE(
            Kind.EVENT,
            USER,
            "Take the secret out of the event, rotate it, and send a reference; only the record's"
                    + " origin was kept."),
    DEPENDS_CYCLE(Kind.EVENT, USER, "Break the cycle between the stacks of the blueprint."),
    DEPENDS_UNKNOWN(Kind.EVENT, USER, "Depend only on stacks that the blueprint has."),
    CREDENTIAL_REF_DENIED(
            Kind.EVENT, USER, "Ask the platform's operators to allow this credential reference."),
    REGION_DENIED(Kind.EVENT, USER, "Name a region that this tenant may use."),
    PUBLISHER_NOT_AUTHORISED(
            Kind.EVENT, USER, "Publish through a source that may speak for this tenant."),
    POISON(
            Kind.EVENT,
            INTERNAL,
            "Reading the record ended the reader twice; send it to the platform's operators."),

    // What a run may fail for. Retryable ones reach the dead letters only when the tries are spent.
    LOCK_HELD(Kind.RUN, RESOURCE, "Wait for the holder of the lock, or release it as operator."),
    THROTTLED(Kind.RUN, RESOURCE, "Lower the number of runs at once, or raise the API rate."),
    PROVIDER_5XX(Kind.RUN, EXTERNAL, "Wait until the provider's API works, then replay."),
    PROVIDER_CRASHED(
            Kind.RUN,
            EXTERNAL,
            "Read in the run's log which provider it was; use a version that does not crash, then"
                    + " replay."),
    NETWORK(Kind.RUN, EXTERNAL, "Restore the way to the endpoint, then replay."),
    REGISTRY(Kind.RUN, EXTERNAL, "Restore the registry or use the provider mirror, then replay."),
    INIT(Kind.RUN, EXTERNAL, "Make the module and its providers available, then replay."),
    EVENTUAL_CONSISTENCY(
            Kind.RUN, EXTERNAL, "Replay; the provider did not see its own writes in time."),
    CAPACITY(Kind.RUN, RESOURCE, "Wait for capacity or choose another size or region."),
    QUOTA(Kind.RUN, RESOURCE, "Raise the quota, then replay."),
    STALE_PLAN(Kind.RUN, CONFLICT, true, "Plan again; the state moved after the plan was made."),
    WORKER_LOST(Kind.RUN, INTERNAL, true, "Look at the workers' memory and logs, then replay."),
    WORKER_FAULT(
            Kind.RUN,
            INTERNAL,
            true,
            "Mend the worker that the message is of (disk, memory, sandbox); what waits for it goes"
                    + " on by itself."),
    LIMIT_REACHED(
            Kind.RUN,
            RESOURCE,
            "Let the module do with less disk, memory or processes, or raise what the sandbox gives"
                    + " to a run; then replay."),
    TIMEOUT(Kind.RUN, RESOURCE, "Raise the stack's time-out or find what hangs, then replay."),
    OUTCOME_NOT_TAKEN(
            Kind.RUN,
            INTERNAL,
            true,
            "Mend what the state service's log says of the run's end, then replay; what was applied"
                    + " is in the state."),
    STATE_WRITE_FAILED(
            Kind.RUN, INTERNAL, "Adopt or dismiss the orphan state of the stack before anything."),
    AUTHN(Kind.RUN, EXTERNAL, false, "Renew the credential that the platform binds to the stack."),
    AUTHZ(Kind.RUN, EXTERNAL, false, "Give the stack's credential the right it lacks."),
    CONFIG(Kind.RUN, USER, "Correct the module or its inputs; publish a new generation."),
    VALIDATION(Kind.RUN, USER, "Correct the values that the module's conditions refuse."),
    POLICY_DENIED(Kind.RUN, USER, "Change what the policy refuses, or have it waived."),
    SCHEMA(Kind.RUN, USER, "Let the module fit the schema of the provider version it uses."),
    ALREADY_EXISTS(Kind.RUN, CONFLICT, "Remove, rename or import the resource that is there."),
    MODULE_REFUSED(Kind.RUN, USER, "Take out of the module what a platform module may not bring."),
    CREDENTIAL_UNREADABLE(
            Kind.RUN,
            INTERNAL,
            true,
            "Make the bound credential's file readable for the worker, then replay."),
    UNKNOWN(Kind.RUN, INTERNAL, true, "Read the run's log; the failure is of no known class.");

    /** What a code speaks of. */
    public enum Kind {
        /** A record that was refused at intake or by the ledger. */
        EVENT,
        /** A run that failed. */
        RUN
    }

    private final Kind kind;
    private final ErrorType type;
    private final boolean retryable;
    private final String remedy;

    ErrorCode(Kind kind, ErrorType type, String remedy) {
        this(kind, type, kind == Kind.RUN && isTransient(type), remedy);
    }

    ErrorCode(Kind kind, ErrorType type, boolean retryable, String remedy) {
        this.kind = kind;
        this.type = type;
        this.retryable = retryable;
        this.remedy = remedy;
    }

    /** A record refused, or a run failed. */
    public Kind kind() {
        return kind;
    }

    /** Who has to move. */
    public ErrorType type() {
        return type;
    }

    /** True if the platform tries again by itself before it gives up. */
    public boolean retryable() {
        return retryable;
    }

    /**
     * What trying again is good for: {@code transient} (it may go well by itself), {@code
     * permanent} (something must be changed first), {@code policy} (somebody must allow it) or
     * {@code poison} (reading it again does harm).
     */
    public String failureClass() {
        if (this == POISON) {
            return "poison";
        }
        if (this == POLICY_DENIED) {
            return "policy";
        }
        return retryable ? "transient" : "permanent";
    }

    /** One sentence that tells the publisher or operator what to do. */
    public String remedy() {
        return remedy;
    }

    private static boolean isTransient(ErrorType type) {
        return switch (type) {
            case EXTERNAL, RESOURCE -> true;
            case USER, CONFLICT, INTERNAL -> false;
        };
    }
}
