package io.leasehold.ledger.api;

/**
 * Why the ledger left an orphan to a person.
 *
 * @param code for programs
 * @param what for people: addresses, never values
 * @param at when it looked last
 */
public record OrphanFinding(String code, String what, String at) {}
