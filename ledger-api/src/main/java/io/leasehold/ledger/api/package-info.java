/**
 * The wire between the state service and those who call it: plain records and paths, how a caller
 * waits for a whole answer, and how a folder of modules becomes a registration.
 *
 * <p>Records with nullable parts write their constructors out: the compiler drops type annotations
 * from the parameters of compact ones, and callers in other modules would be told that null is
 * refused.
 */
@NullMarked
package io.leasehold.ledger.api;

import org.jspecify.annotations.NullMarked;
