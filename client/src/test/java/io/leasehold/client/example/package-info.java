/** Tests of the examples. */
@NullMarked
package io.leasehold.client.example;

import org.jspecify.annotations.NullMarked;
