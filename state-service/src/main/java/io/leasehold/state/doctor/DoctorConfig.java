package io.leasehold.state.doctor;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** From when on {@code leasehold doctor} calls something wrong. */
@ConfigMapping(prefix = "leasehold.doctor")
interface DoctorConfig {
    /** How much the clocks of service and database may differ. */
    @WithDefault("PT5S")
    Duration clock();

    /** How long service time may stand still while a service runs. */
    @WithDefault("PT30S")
    Duration pulse();

    /** How long a lease may lie beyond its end and grace before somebody should have taken it. */
    @WithDefault("PT5M")
    Duration lease();

    /** How old a person's lock may get. */
    @WithDefault("P1D")
    Duration personsLock();

    /** How long the oldest row of the outbox may wait for a publisher. */
    @WithDefault("PT5M")
    Duration outbox();

    /** How long a worker may not ask for work; after a day of silence it is not spoken of. */
    @WithDefault("PT10M")
    Duration worker();

    /** How long the last whole round of retention may lie back. */
    @WithDefault("P1D")
    Duration retention();

    /** So far ahead there must be partitions. */
    @WithDefault("P7D")
    Duration partitions();

    /** So much must be free where the service keeps temporary files. */
    @WithDefault("512M")
    MemorySize freeSpace();

    /** How large the database may get, whose disk cannot be seen from here. 0: as it likes. */
    @WithDefault("0")
    MemorySize databaseSize();
}
