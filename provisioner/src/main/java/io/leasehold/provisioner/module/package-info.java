/**
 * Turns a module archive into a read-only template that any tenant's run can use. May touch its
 * template directory; whoever initialises a template is handed in.
 */
@NullMarked
package io.leasehold.provisioner.module;

import org.jspecify.annotations.NullMarked;
