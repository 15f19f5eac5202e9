/** Creates the topics of the contract where the platform allows it. */
@NullMarked
package io.leasehold.provisioner.topics;

import org.jspecify.annotations.NullMarked;
