package io.leasehold.provisioner.runner;

import io.leasehold.provisioner.ledger.Patience;
import io.leasehold.provisioner.stateproxy.FileSpool;
import io.leasehold.provisioner.stateproxy.SealedFiles;
import io.leasehold.provisioner.stateproxy.StateDeliveries;
import io.leasehold.provisioner.stateproxy.StateUpstreams;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** Ways to states for tests, with a real spool. */
final class Deliveries {

    private Deliveries() {}

    static StateDeliveries to(Path folder, StateUpstreams upstreams) throws IOException {
        return new StateDeliveries(
                upstreams,
                spool(folder),
                Clock.systemUTC(),
                new Patience.Limits(3, Duration.ofMinutes(1)));
    }

    /** Where outcomes are kept beside what is made in that folder. */
    static OutcomeSpool outcomes(Path folder) throws IOException {
        return new OutcomeSpool(new SealedFiles(folder.resolve("spool"), folder.resolve("key")));
    }

    /** The spool of all that is made in that folder. */
    static FileSpool spool(Path folder) throws IOException {
        return new FileSpool(folder.resolve("spool"), folder.resolve("key"));
    }
}
