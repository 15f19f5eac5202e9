/** The provisioner: intake, runner and publisher. Knows Kafka and tofu; never the database. */
@NullMarked
package io.leasehold.provisioner;

import org.jspecify.annotations.NullMarked;
