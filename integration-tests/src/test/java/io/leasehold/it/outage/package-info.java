/** What happens while a part of the system is away, slow or full, with real processes. */
@NullMarked
package io.leasehold.it.outage;

import org.jspecify.annotations.NullMarked;
