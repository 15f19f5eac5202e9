@NullMarked
package io.leasehold.provisioner.module;

import org.jspecify.annotations.NullMarked;
