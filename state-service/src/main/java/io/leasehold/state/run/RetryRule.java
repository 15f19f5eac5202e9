package io.leasehold.state.run;

import io.leasehold.events.ErrorCode;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * How often and how soon a run that failed with a code is tried again.
 *
 * @param tries how many runs a revision may cost before it has failed for good; 1 means never again
 * @param base the wait after the first failure; doubles with each further one
 * @param cap the longest wait
 * @param counted false where the failure says nothing of the run, and so spends no try
 */
public record RetryRule(int tries, Duration base, Duration cap, boolean counted) {

    private static final RetryRule NEVER = tries(1, Duration.ZERO, Duration.ZERO);

    private static final Map<ErrorCode, RetryRule> RULES = rules();

    private static RetryRule tries(int tries, Duration base, Duration cap) {
        return new RetryRule(tries, base, cap, true);
    }

    private static Map<ErrorCode, RetryRule> rules() {
        Map<ErrorCode, RetryRule> rules = new EnumMap<>(ErrorCode.class);
        Duration minute = Duration.ofMinutes(1);
        rules.put(
                ErrorCode.LOCK_HELD,
                new RetryRule(
                        Integer.MAX_VALUE, Duration.ofSeconds(10), Duration.ofMinutes(2), false));
        rules.put(ErrorCode.THROTTLED, tries(6, minute, Duration.ofMinutes(15)));
        rules.put(ErrorCode.PROVIDER_5XX, tries(5, Duration.ofSeconds(15), Duration.ofMinutes(5)));
        rules.put(ErrorCode.NETWORK, tries(5, Duration.ofSeconds(15), Duration.ofMinutes(5)));
        rules.put(ErrorCode.REGISTRY, tries(5, Duration.ofSeconds(10), Duration.ofMinutes(5)));
        rules.put(ErrorCode.INIT, tries(5, Duration.ofSeconds(10), Duration.ofMinutes(5)));
        rules.put(ErrorCode.EVENTUAL_CONSISTENCY, tries(2, minute, minute));
        rules.put(ErrorCode.CAPACITY, tries(4, Duration.ofMinutes(15), Duration.ofHours(6)));
        rules.put(ErrorCode.QUOTA, tries(4, Duration.ofMinutes(15), Duration.ofHours(6)));
        // A secret that is just being renewed; another worker may have it.
        rules.put(
                ErrorCode.CREDENTIAL_UNREADABLE,
                tries(5, Duration.ofSeconds(15), Duration.ofMinutes(5)));
        // Only where the worker says that the credential had run out: it is read anew for each run.
        rules.put(ErrorCode.AUTHN, tries(2, Duration.ofSeconds(15), minute));
        rules.put(ErrorCode.STALE_PLAN, tries(3, Duration.ZERO, Duration.ZERO));
        // As a living worker tells it, of a run that ended its own sandbox. LossRule has the rest.
        rules.put(ErrorCode.WORKER_LOST, tries(6, Duration.ZERO, Duration.ZERO));
        // A worker with a full disk would otherwise end every tenant that it claims.
        rules.put(
                ErrorCode.WORKER_FAULT,
                new RetryRule(
                        Integer.MAX_VALUE, Duration.ofSeconds(15), Duration.ofMinutes(2), false));
        rules.put(ErrorCode.OUTCOME_NOT_TAKEN, tries(3, minute, Duration.ofMinutes(15)));
        rules.put(ErrorCode.TIMEOUT, tries(2, minute, minute));
        rules.put(ErrorCode.PROVIDER_CRASHED, tries(2, minute, minute));
        rules.put(ErrorCode.LIMIT_REACHED, tries(2, minute, minute));
        rules.put(ErrorCode.UNKNOWN, tries(2, minute, minute));
        return rules;
    }

    /** The rule of a code; a code that the contract does not have goes by the rule of UNKNOWN. */
    public static RetryRule of(String code) {
        for (ErrorCode known : ErrorCode.values()) {
            if (known.name().equals(code)) {
                return RULES.getOrDefault(known, NEVER);
            }
        }
        return RULES.getOrDefault(ErrorCode.UNKNOWN, NEVER);
    }

    /** The wait after so many failures in a row, without jitter. */
    Duration delay(int failures) {
        Duration wait = base;
        for (int i = 1; i < failures && wait.compareTo(cap) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        return wait.compareTo(cap) > 0 ? cap : wait;
    }
}
