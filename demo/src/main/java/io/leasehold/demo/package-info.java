/** Everything from nothing, shown live and proved from outside: what a new user runs first. */
@NullMarked
package io.leasehold.demo;

import org.jspecify.annotations.NullMarked;
