/** What the tests of runs share: real tools, settings, archives and a small state service. */
@NullMarked
package io.leasehold.provisioner.workshop;

import org.jspecify.annotations.NullMarked;
