package io.leasehold.chaos;

import java.time.Instant;

/**
 * An event that the broker said it has.
 *
 * @param sent when it was handed to the producer
 * @param acknowledged when the answer came
 */
record Acknowledged(
        Wish wish, Instant sent, Instant acknowledged, String topic, int partition, long offset) {
    Place place() {
        return new Place(topic, partition, offset);
    }

    /** Where a record stands. */
    record Place(String topic, int partition, long offset) {
        @Override
        public String toString() {
            return "%s[%d]@%d".formatted(topic, partition, offset);
        }
    }
}
