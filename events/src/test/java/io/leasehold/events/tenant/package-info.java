/** Tests of the package of the same name. */
@NullMarked
package io.leasehold.events.tenant;

import org.jspecify.annotations.NullMarked;
