package io.leasehold.chaos;

import io.leasehold.embedded.platform.Service;
import java.time.Instant;

/** A service that was ended by SIGKILL, and when. */
record Kill(Service victim, Instant at) {}
