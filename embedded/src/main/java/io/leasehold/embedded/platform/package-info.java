/**
 * The whole system on one machine: what {@code up} and {@code demo} run. Knows how the services are
 * started, by which settings and how one sees that they are ready; not what they do inside. May
 * touch its own data folder, ports on 127.0.0.1 and the processes it started.
 */
@NullMarked
package io.leasehold.embedded.platform;

import org.jspecify.annotations.NullMarked;
