@NullMarked
package io.leasehold.provisioner.sandbox;

import org.jspecify.annotations.NullMarked;
