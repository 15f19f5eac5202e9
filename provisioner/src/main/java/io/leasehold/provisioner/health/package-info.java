/** Says whether this provisioner is ready for its roles, and if not, which part is missing. */
@NullMarked
package io.leasehold.provisioner.health;

import org.jspecify.annotations.NullMarked;
