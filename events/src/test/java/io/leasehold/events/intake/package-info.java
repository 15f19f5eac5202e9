/** Tests of the package of the same name. */
@NullMarked
package io.leasehold.events.intake;

import org.jspecify.annotations.NullMarked;
