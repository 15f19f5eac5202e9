/**
 * Starting, watching and ending operating system processes. Knows nothing of tofu, tenants or
 * sandboxes, and blocks: no reactive types here.
 */
@NullMarked
package io.leasehold.provisioner.process;

import org.jspecify.annotations.NullMarked;
