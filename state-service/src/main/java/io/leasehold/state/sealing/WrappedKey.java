package io.leasehold.state.sealing;

/**
 * A data key as it is stored.
 *
 * @param keyset wrapped by the master key of that id
 * @param macKey sealed with the data key itself
 */
record WrappedKey(byte[] keyset, byte[] macKey, String masterKeyId) {}
