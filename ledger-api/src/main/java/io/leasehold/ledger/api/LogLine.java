package io.leasehold.ledger.api;

/**
 * One line of a run's log, masked by the worker.
 *
 * @param seq rises by one within a run, from 1
 * @param atMillis when the worker read it, milliseconds since the epoch
 * @param type the stream's event type, {@code text} for what was not JSON, {@code worker} for the
 *     worker's own words
 * @param text one line for people; at most 8 KiB
 */
public record LogLine(long seq, long atMillis, String type, String text) {}
