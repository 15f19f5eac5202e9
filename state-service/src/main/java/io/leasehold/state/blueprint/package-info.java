/**
 * Blueprints: registered once, checked whole before any tenant waits for them, immutable ever
 * after. Reads and resolves them; knows no tenant's state.
 */
@NullMarked
package io.leasehold.state.blueprint;

import org.jspecify.annotations.NullMarked;
