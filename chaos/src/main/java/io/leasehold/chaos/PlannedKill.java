package io.leasehold.chaos;

import io.leasehold.embedded.platform.Service;
import java.time.Duration;

/** Which service is killed, and when after the beginning. */
record PlannedKill(Duration at, Service victim) {}
