/**
 * One execution of OpenTofu: argument vectors, environment, the stream it prints, how it is stopped
 * and what it leaves. Starts processes only through the sandbox.
 */
@NullMarked
package io.leasehold.provisioner.tofu;

import org.jspecify.annotations.NullMarked;
