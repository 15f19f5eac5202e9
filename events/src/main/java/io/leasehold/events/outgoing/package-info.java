/**
 * What the platform says: the data of its records, and how a record, its key and its CloudEvents
 * headers are made of them. Pure values; may touch the contract's root package and Jackson.
 */
@NullMarked
package io.leasehold.events.outgoing;

import org.jspecify.annotations.NullMarked;
