package io.leasehold.state.breaker;

import io.leasehold.events.ErrorCode;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What failures that are alike speak of. */
public enum BreakerKind {
    /** A provider as it is reached with a credential, in a region. Covers applies and destroys. */
    PROVIDER(
            EnumSet.of(
                    ErrorCode.THROTTLED,
                    ErrorCode.PROVIDER_5XX,
                    ErrorCode.NETWORK,
                    ErrorCode.AUTHN,
                    ErrorCode.QUOTA,
                    ErrorCode.CAPACITY)),
    /** A module, failing in one way. Covers runs of the kind that failed. */
    MODULE(
            EnumSet.of(
                    ErrorCode.CONFIG,
                    ErrorCode.VALIDATION,
                    ErrorCode.POLICY_DENIED,
                    ErrorCode.SCHEMA,
                    ErrorCode.AUTHZ,
                    ErrorCode.ALREADY_EXISTS,
                    ErrorCode.NAME_CONFLICT,
                    ErrorCode.MODULE_REFUSED,
                    ErrorCode.INIT,
                    ErrorCode.REGISTRY,
                    ErrorCode.PROVIDER_CRASHED,
                    ErrorCode.EVENTUAL_CONSISTENCY,
                    ErrorCode.TIMEOUT,
                    ErrorCode.LIMIT_REACHED,
                    ErrorCode.UNKNOWN));

    private final Set<ErrorCode> codes;

    BreakerKind(Set<ErrorCode> codes) {
        this.codes = codes;
    }

    /**
     * What a code speaks of; empty where it speaks of neither: of a lock, a worker, a plan that was
     * overtaken, a state that was not stored.
     */
    public static Optional<BreakerKind> of(String code) {
        return Arrays.stream(values())
                .filter(kind -> kind.codes.stream().anyMatch(each -> each.name().equals(code)))
                .findFirst();
    }
}
