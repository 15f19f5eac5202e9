/**
 * Orphans: states that runs wrote when their right to was gone. Their changes are real, so each is
 * kept until a person takes it over or says that it is of no use. Writes what became of them, and
 * asks for a new plan, since a destroy may have waited.
 */
@NullMarked
package io.leasehold.state.orphan;

import org.jspecify.annotations.NullMarked;
