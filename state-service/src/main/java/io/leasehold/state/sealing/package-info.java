/**
 * Encryption at rest: bytes go in with the context they belong to and come out only with the same
 * one. Touches the key file, never the database.
 */
@NullMarked
package io.leasehold.state.sealing;

import org.jspecify.annotations.NullMarked;
