/**
 * The wire between the state service and those who call it: plain records and paths, no behaviour.
 */
@NullMarked
package io.leasehold.ledger.api;

import org.jspecify.annotations.NullMarked;
