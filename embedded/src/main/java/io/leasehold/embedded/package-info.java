/**
 * Kafka and Postgres without Docker, and the whole system on one machine. Knows how the services
 * are started, not what they do inside.
 */
@NullMarked
package io.leasehold.embedded;

import org.jspecify.annotations.NullMarked;
