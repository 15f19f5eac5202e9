@NullMarked
package io.leasehold.provisioner.process;

import org.jspecify.annotations.NullMarked;
