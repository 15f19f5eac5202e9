/**
 * What upstream and downstream teams link: a publisher of tenant events, a view of the latest
 * outputs, and a tail of any topic. May touch the contract and Kafka's clients; knows no framework
 * and no database.
 */
@NullMarked
package io.leasehold.client;

import org.jspecify.annotations.NullMarked;
