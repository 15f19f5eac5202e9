@NullMarked
package io.leasehold.provisioner.stateproxy;

import org.jspecify.annotations.NullMarked;
