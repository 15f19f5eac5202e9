/**
 * What operators do with keys: see what wraps them, bring everything under a new master key, and
 * delete the key of a life that is gone, with a receipt. Touches the tables of keys and, to seal
 * anew or to count, the sealed columns of all others.
 */
@NullMarked
package io.leasehold.state.keys;

import org.jspecify.annotations.NullMarked;
