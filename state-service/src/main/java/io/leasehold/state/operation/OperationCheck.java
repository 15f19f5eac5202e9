package io.leasehold.state.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.ledger.api.StateOperation;
import io.leasehold.state.problem.Refusal;
import java.util.HashSet;
import java.util.List;

/**
 * Checks the words of an operation before anything is done with them: they become arguments of a
 * command line. Pure.
 */
final class OperationCheck {
    private static final int MOST_ADDRESSES = 100;
    private static final int LONGEST_ID = 2000;

    private OperationCheck() {}

    /**
     * @throws Refusal 400 OPERATION_INVALID
     */
    static void check(StateOperation operation) {
        switch (operation) {
            case StateOperation.Move(String from, String to) -> move(from, to);
            case StateOperation.Remove(List<String> addresses) -> remove(addresses);
            case StateOperation.Import(String address, String id) -> {
                if (form(address) != AddressForm.RESOURCE) {
                    throw invalid(
                            "a thing is imported as a resource, and %s is none".formatted(address));
                }
                id(id);
            }
        }
    }

    private static void move(String from, String to) {
        if ((form(from) == AddressForm.MODULE) != (form(to) == AddressForm.MODULE)) {
            throw invalid("a module is moved to a module, and a resource to a resource");
        }
        if (from.equals(to)) {
            throw invalid("both addresses are the same");
        }
    }

    private static void remove(List<String> addresses) {
        if (addresses.isEmpty() || addresses.size() > MOST_ADDRESSES) {
            throw invalid("from 1 to " + MOST_ADDRESSES + " addresses are removed at once");
        }
        addresses.forEach(OperationCheck::form);
        if (new HashSet<>(addresses).size() < addresses.size()) {
            throw invalid("an address is there twice");
        }
    }

    private static AddressForm form(String address) {
        return AddressForm.of(address)
                .orElseThrow(() ->
                        invalid(
                                "an address looks like module.a[\"key\"].type.name[0], with at"
                                        + " most 1000 characters"));
    }

    private static void id(String id) {
        if (id.isBlank() || id.length() > LONGEST_ID) {
            throw invalid("an id has from 1 to " + LONGEST_ID + " characters");
        }
        if (id.startsWith("-")) {
            throw invalid("an id does not begin with a hyphen");
        }
        if (id.chars().anyMatch(Character::isISOControl) || !UTF_8.newEncoder().canEncode(id)) {
            throw invalid("an id is one line of text");
        }
    }

    private static Refusal invalid(String what) {
        return new Refusal(400, "OPERATION_INVALID", "This is not asked of tofu: " + what + ".");
    }
}
