@NullMarked
package io.leasehold.provisioner.door;

import org.jspecify.annotations.NullMarked;
