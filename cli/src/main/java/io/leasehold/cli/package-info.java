/** The operators' command line. Knows the state service by its REST interface only. */
@NullMarked
package io.leasehold.cli;

import org.jspecify.annotations.NullMarked;
