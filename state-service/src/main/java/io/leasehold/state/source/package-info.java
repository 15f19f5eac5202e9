/**
 * Where events come from: the topics that bore a name, how far each of their partitions has its
 * verdicts, and what operators say of them. May touch its own tables and the audit; knows nothing
 * of tenants.
 */
@NullMarked
package io.leasehold.state.source;

import org.jspecify.annotations.NullMarked;
