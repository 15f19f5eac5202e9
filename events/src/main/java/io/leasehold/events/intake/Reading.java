package io.leasehold.events.intake;

import io.leasehold.events.ErrorCode;
import io.leasehold.events.tenant.TenantEvent;
import java.util.List;

/** What became of a record when it was read. */
public sealed interface Reading {
    /**
     * It is a tenant event, sound as far as that can be told without the ledger.
     *
     * @param event what it says
     * @param specHash of the data as it was sent
     */
    record Accepted(TenantEvent event, String specHash) implements Reading {}

    /**
     * It is none.
     *
     * @param code why; the first check that failed decides
     * @param reason for the publisher: where, what was found, what is wanted. Never holds a value
     *     that was sent; at most {@link #MAX_REASON} bytes
     * @param pointers where in the data (JSON Pointers), at most {@link #MAX_POINTERS}
     * @param claims what the record says of itself
     */
    record Refused(ErrorCode code, String reason, List<String> pointers, Claims claims)
            implements Reading {
        public static final int MAX_REASON = 1024;
        public static final int MAX_POINTERS = 20;

        public Refused {
            pointers = List.copyOf(pointers);
        }

        /** False if the record holds a secret, so that nothing but its origin may be kept. */
        public boolean mayKeepBytes() {
            return code != ErrorCode.VAR_SENSITIVE_INLINE;
        }
    }
}
