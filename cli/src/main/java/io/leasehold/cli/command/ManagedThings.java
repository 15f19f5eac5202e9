package io.leasehold.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.InstanceAddress;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a state has of things that exist elsewhere, by their addresses. */
final class ManagedThings {
    private ManagedThings() {}

    /**
     * The addresses, in order; none of no state. Empty when it cannot be told: tofu encrypted the
     * state itself, or it is none.
     */
    static Optional<Set<String>> of(byte[] state) {
        Set<String> addresses = new TreeSet<>();
        if (state.length == 0) {
            return Optional.of(addresses);
        }
        JsonNode document;
        try {
            document = StateService.JSON.readTree(state);
        } catch (IOException e) {
            return Optional.empty();
        }
        if (!document.isObject() || document.has("encrypted_data")) {
            return Optional.empty();
        }
        for (JsonNode resource : document.path("resources")) {
            if (InstanceAddress.isManaged(resource)) {
                resource.path("instances")
                        .forEach(instance -> addresses.add(InstanceAddress.of(resource, instance)));
            }
        }
        return Optional.of(addresses);
    }
}
