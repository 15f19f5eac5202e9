/** What holds of every listing, whichever feature it is of. */
@NullMarked
package io.leasehold.state.listing;

import org.jspecify.annotations.NullMarked;
