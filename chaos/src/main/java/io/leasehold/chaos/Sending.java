package io.leasehold.chaos;

import io.leasehold.events.EventType;
import java.time.Duration;

/** One event of the plan, and when after the beginning it is sent. */
record Sending(Duration at, EventType type, Wish wish) {}
