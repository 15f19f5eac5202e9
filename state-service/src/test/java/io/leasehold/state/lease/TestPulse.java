package io.leasehold.state.lease;

import io.leasehold.state.Ledger;
import jakarta.enterprise.context.ApplicationScoped;

/** Does at once what the service does every two seconds. */
@ApplicationScoped
public class TestPulse {
    private final Pulse pulse;
    private final LostLeases lost;

    TestPulse(Pulse pulse, LostLeases lost) {
        this.pulse = pulse;
        this.lost = lost;
    }

    /** Beats, then frees the leases that ran out. */
    public void beats() {
        Ledger.await(() -> pulse.beat().chain(lost::freeExpired));
    }
}
