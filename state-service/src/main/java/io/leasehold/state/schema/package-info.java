/** Which schema this service was made for, and which one its database has. */
@NullMarked
package io.leasehold.state.schema;

import org.jspecify.annotations.NullMarked;
