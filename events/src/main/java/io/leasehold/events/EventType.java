package io.leasehold.events;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The types of the contract, as they stand in {@code ce_type}. A type's meaning never changes: what
 * is not compatible gets a new version, published beside the old one for a while.
 */
public enum EventType {
    TENANT_CREATED("io.leasehold.tenant.created.v1"),
    TENANT_UPDATED("io.leasehold.tenant.updated.v1"),
    TENANT_SUSPENDED("io.leasehold.tenant.suspended.v1"),
    TENANT_RESUMED("io.leasehold.tenant.resumed.v1"),
    TENANT_DELETED("io.leasehold.tenant.deleted.v1"),
    RUN_STATUS("io.leasehold.run.status.v1"),
    RUN_DEAD_LETTERED("io.leasehold.run.dead-lettered.v1"),
    OUTPUTS_PUBLISHED("io.leasehold.outputs.published.v1"),
    OUTPUTS_WITHDRAWN("io.leasehold.outputs.withdrawn.v1"),
    DRIFT_DETECTED("io.leasehold.drift.detected.v1"),
    DRIFT_CHANGED("io.leasehold.drift.changed.v1"),
    DRIFT_RESOLVED("io.leasehold.drift.resolved.v1"),
    DRIFT_CHECK_FAILED("io.leasehold.drift.check-failed.v1"),
    DRIFT_CURRENT("io.leasehold.drift.current.v1");

    private static final Map<String, EventType> BY_VALUE =
            Stream.of(values()).collect(Collectors.toMap(EventType::value, Function.identity()));

    private final String value;

    EventType(String value) {
        this.value = value;
    }

    /** The value of {@code ce_type}. */
    public String value() {
        return value;
    }

    /** True for the types that upstream sends and intake reads. */
    public boolean isTenantEvent() {
        return switch (this) {
            case TENANT_CREATED, TENANT_UPDATED, TENANT_SUSPENDED, TENANT_RESUMED, TENANT_DELETED ->
                    true;
            case RUN_STATUS,
                    RUN_DEAD_LETTERED,
                    OUTPUTS_PUBLISHED,
                    OUTPUTS_WITHDRAWN,
                    DRIFT_DETECTED,
                    DRIFT_CHANGED,
                    DRIFT_RESOLVED,
                    DRIFT_CHECK_FAILED,
                    DRIFT_CURRENT ->
                    false;
        };
    }

    /** The type of that {@code ce_type}, if it is one of the contract. */
    public static Optional<EventType> of(String value) {
        return Optional.ofNullable(BY_VALUE.get(value));
    }
}
