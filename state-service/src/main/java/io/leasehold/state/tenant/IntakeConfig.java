package io.leasehold.state.tenant;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How events are taken in. */
@ConfigMapping(prefix = "leasehold.intake")
public interface IntakeConfig {

    /**
     * By what the events of a source are ordered: its topic, its {@code ce_source} and {@code
     * generation} or {@code position}, with blanks between; {@code *} stands for any topic or
     * source. The first that fits counts; by generation where none does.
     */
    Optional<List<String>> sources();

    /** So long an event waits for a blueprint that is not registered before it is an error. */
    @WithDefault("PT1H")
    Duration blueprintWait();

    /** So long a new life waits for the old one to be gone before operators are told. */
    @WithDefault("PT1H")
    Duration incarnationAlarm();

    /**
     * At this delivery without a verdict a record is taken for the cause of the failures, unless
     * something else ended readers meanwhile: then deliveries are counted anew, until there were
     * ten times as many in all.
     */
    @WithDefault("3")
    int poisonDeliveries();

    /** How often lives that wait are looked at. */
    @WithDefault("PT10S")
    Duration waitingCheck();
}
