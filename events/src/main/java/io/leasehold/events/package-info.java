/**
 * The contract with the outside: event records, schemas, topics, headers and error codes. Knows
 * nothing of frameworks, brokers or databases.
 */
@NullMarked
package io.leasehold.events;

import org.jspecify.annotations.NullMarked;
