/** Tests of the package of the same name. */
@NullMarked
package io.leasehold.events.outgoing;

import org.jspecify.annotations.NullMarked;
