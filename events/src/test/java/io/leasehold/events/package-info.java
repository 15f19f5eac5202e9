/** Holds the contract to its golden files, schemas and documents. */
@NullMarked
package io.leasehold.events;

import org.jspecify.annotations.NullMarked;
