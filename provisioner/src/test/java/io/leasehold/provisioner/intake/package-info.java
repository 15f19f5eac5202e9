@NullMarked
package io.leasehold.provisioner.intake;

import org.jspecify.annotations.NullMarked;
