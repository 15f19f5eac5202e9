/** Applies the modules of {@code terraform-modules} by a plain tofu to real servers. */
@NullMarked
package io.leasehold.it.modules;

import org.jspecify.annotations.NullMarked;
