package io.leasehold.state.tfstate;

/**
 * The newest state of a stack, orphans left out.
 *
 * @param version our own number, from 1; rises with every stored state
 * @param lineage tofu's name for this line of states
 * @param serial tofu's counter within the lineage
 * @param md5 of the state's bytes, lower-case hex
 */
public record StateHead(long version, String lineage, long serial, String md5) {}
