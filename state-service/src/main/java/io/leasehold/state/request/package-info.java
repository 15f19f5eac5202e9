/**
 * What is known of the request at hand besides its body: its id, and the role that it is served by.
 * Touches no table and no other feature.
 */
@NullMarked
package io.leasehold.state.request;

import org.jspecify.annotations.NullMarked;
