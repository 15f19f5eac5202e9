/**
 * Encryption at rest: bytes go in with their owner and the context they belong to, and come out
 * only with the same ones. Each life of a tenant has a data key, what belongs to no life is under
 * the platform's; a master key, of a file or a KMS, wraps them. Touches the table of data keys, the
 * file of master keys and the KMS; knows nothing of what it seals.
 */
@NullMarked
package io.leasehold.state.sealing;

import org.jspecify.annotations.NullMarked;
