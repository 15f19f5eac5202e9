/** Small programs that show how the client is used; nothing depends on them. */
@NullMarked
package io.leasehold.client.example;

import org.jspecify.annotations.NullMarked;
