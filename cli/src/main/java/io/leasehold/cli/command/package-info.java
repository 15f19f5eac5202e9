/** One class per command: reads arguments, asks the service, shows the answer. */
@NullMarked
package io.leasehold.cli.command;

import org.jspecify.annotations.NullMarked;
