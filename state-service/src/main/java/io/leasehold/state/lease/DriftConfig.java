package io.leasehold.state.lease;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How often stacks are checked for drift. */
@ConfigMapping(prefix = "leasehold.drift")
public interface DriftConfig {

    /** A stack is not checked again, and not soon after an apply, before this has passed. */
    @WithDefault("PT6H")
    Duration interval();

    /** A check that has not reported by then is handed out again. */
    @WithDefault("PT2M")
    Duration claimTime();
}
