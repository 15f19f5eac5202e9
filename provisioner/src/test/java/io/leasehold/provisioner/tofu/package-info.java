@NullMarked
package io.leasehold.provisioner.tofu;

import org.jspecify.annotations.NullMarked;
