package io.leasehold.state.tenant;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How events are taken in. */
@ConfigMapping(prefix = "leasehold.intake")
public interface IntakeConfig {

    /** So long an event waits for a blueprint that is not registered before it is an error. */
    @WithDefault("PT1H")
    Duration blueprintWait();

    /** So long a new life waits for the old one to be gone before operators are told. */
    @WithDefault("PT1H")
    Duration incarnationAlarm();

    /** At this delivery without a verdict a record is taken for the cause of the failures. */
    @WithDefault("3")
    int poisonDeliveries();

    /** How often lives that wait are looked at. */
    @WithDefault("PT10S")
    Duration waitingCheck();
}
