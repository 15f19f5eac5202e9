package io.leasehold.provisioner;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;

/** The one place where this process takes its time from. */
@ApplicationScoped
class ProvisionerClock {

    @Produces
    Clock clock() {
        return Clock.systemUTC();
    }
}
