/**
 * From bytes and headers to a tenant event, or to the one reason why not: every check that needs no
 * ledger. Publishers and intake use the same reader, so both speak the same words. May touch
 * Jackson and the schema validator; does no I/O but to load its schemas from the class path.
 */
@NullMarked
package io.leasehold.events.intake;

import org.jspecify.annotations.NullMarked;
