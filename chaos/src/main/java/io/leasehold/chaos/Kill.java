package io.leasehold.chaos;

import io.leasehold.embedded.platform.Service;
import java.time.Instant;

/**
 * A service that was ended by SIGKILL, and when.
 *
 * @param step at which step, in words; empty for any instant
 */
record Kill(Service victim, Instant at, String step) {}
