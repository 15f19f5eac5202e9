/** Tables for people and JSON for machines. */
@NullMarked
package io.leasehold.cli.output;

import org.jspecify.annotations.NullMarked;
