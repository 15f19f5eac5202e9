/**
 * Looks over the whole system and says what is wrong with it and what to do. Reads the tables of
 * all features, and writes none.
 */
@NullMarked
package io.leasehold.state.doctor;

import org.jspecify.annotations.NullMarked;
