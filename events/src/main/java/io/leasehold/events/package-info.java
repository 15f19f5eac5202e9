/**
 * The contract with the outside: topics, headers, event types, error codes and the one way JSON is
 * read and written. May touch Jackson; knows nothing of frameworks, brokers or databases, and
 * nothing of the packages below it.
 */
@NullMarked
package io.leasehold.events;

import org.jspecify.annotations.NullMarked;
