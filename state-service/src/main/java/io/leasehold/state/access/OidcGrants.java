package io.leasehold.state.access;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which rights the texts of a claim give. Safe to share once it is made. */
final class OidcGrants {
    private final String pointer;
    private final Map<String, List<Grant>> byText;

    private OidcGrants(String pointer, Map<String, List<Grant>> byText) {
        this.pointer = pointer;
        this.byText = byText;
    }

    /**
     * Reads the settings.
     *
     * @throws IllegalArgumentException naming the setting
     */
    static OidcGrants of(OidcConfig config) {
        OidcGrants grants = new OidcGrants("/" + config.rolesClaim(), new HashMap<>());
        grants.add("operators", Role.OPERATOR, config.operators());
        grants.add("approvers", Role.APPROVER, config.approvers());
        grants.add("viewers", Role.VIEWER, config.viewers());
        grants.add("state-users", Role.STATE, config.stateUsers());
        return grants;
    }

    private void add(String setting, String role, Optional<List<String>> entries) {
        for (String entry : entries.orElse(List.of())) {
            String[] words = entry.strip().split("\\s+");
            try {
                byText.computeIfAbsent(words[0], _ -> new ArrayList<>())
                        .addAll(Grants.parse(role, Arrays.copyOfRange(words, 1, words.length)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "leasehold.oidc.%s: entry %s %s"
                                .formatted(setting, words[0], e.getMessage()),
                        e);
            }
        }
    }

    /** The rights of whoever has these claims; a claim of another form gives none. */
    Grants of(JsonNode claims) {
        JsonNode claim = claims.at(pointer);
        Grants grants = Grants.NONE;
        for (JsonNode text : claim.isArray() ? claim : List.of(claim)) {
            grants =
                    grants.and(
                            text.isTextual()
                                    ? byText.getOrDefault(text.textValue(), List.of())
                                    : List.of());
        }
        return grants;
    }
}
