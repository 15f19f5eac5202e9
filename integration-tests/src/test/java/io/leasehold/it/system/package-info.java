/**
 * The system as a user has it: the processes of {@code demo} and {@code up}, started and killed.
 */
@NullMarked
package io.leasehold.it.system;

import org.jspecify.annotations.NullMarked;
