/**
 * How long a client may take to say what it wants, heads in time, bodies at pace, and how long the
 * database may say nothing. Knows connections and requests, nothing of what they are about.
 */
@NullMarked
package io.leasehold.state.connection;

import org.jspecify.annotations.NullMarked;
