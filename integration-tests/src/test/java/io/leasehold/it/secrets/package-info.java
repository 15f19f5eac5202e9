/** What no log, topic, answer or table may show, looked for in all of them. */
@NullMarked
package io.leasehold.it.secrets;

import org.jspecify.annotations.NullMarked;
