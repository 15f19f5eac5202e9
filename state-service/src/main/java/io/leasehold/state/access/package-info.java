/**
 * Who calls and what they may: tokens, people of an identity provider, credentials of runs, roles
 * and their limits, and the caller of the request at hand. Of tables it reads what a run holds and
 * whose a thing is, and writes the digest of a run's credential.
 */
@NullMarked
package io.leasehold.state.access;

import org.jspecify.annotations.NullMarked;
