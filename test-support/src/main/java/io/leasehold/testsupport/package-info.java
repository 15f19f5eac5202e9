/**
 * What tests share: real Postgres and Kafka on free ports, clocks that are moved by hand, the rules
 * of the house.
 */
@NullMarked
package io.leasehold.testsupport;

import org.jspecify.annotations.NullMarked;
