package io.leasehold.provisioner.intake;

/**
 * What Kafka says of a topic.
 *
 * @param id which of the topics that bore the name
 */
record TopicFacts(String id, int partitions) {}
