/**
 * The transactional outbox: rows are appended in the transaction that causes them and drained in
 * shards by leased publishers. Knows records and headers; never a broker.
 */
@NullMarked
package io.leasehold.state.outbox;

import org.jspecify.annotations.NullMarked;
