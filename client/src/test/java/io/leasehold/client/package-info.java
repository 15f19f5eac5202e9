/** Tests of the client, most of them against a real broker. */
@NullMarked
package io.leasehold.client;

import org.jspecify.annotations.NullMarked;
