package io.leasehold.state.version;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a state owns: the managed things in it, each by its address and by what tells the real thing
 * from others. Holds digests, never values.
 *
 * @param readable false when tofu encrypted the state itself; then nothing is known
 * @param things a digest for each address; what only states know of is left out
 * @param nameless addresses of what cannot be told from others of its kind
 */
public record Holdings(boolean readable, Map<String, String> things, Set<String> nameless) {
    /**
     * What these make exists in states and nowhere else, so that none of it can be left behind.
     * Providers that may be told to run a program are not among them.
     */
    private static final Set<String> OF_STATES_ONLY =
            Set.of(
                    "registry.opentofu.org/hashicorp/random",
                    "registry.terraform.io/hashicorp/random");

    /** Takes copies. */
    public Holdings {
        things = Map.copyOf(things);
        nameless = Set.copyOf(nameless);
    }

    /** Of a state that was stored. Takes about 20 ms a MiB: not for an event loop. */
    public static Holdings of(byte[] state) {
        Reading reading = new Reading();
        boolean readable = StateWalk.over(state, reading::take);
        return readable
                ? new Holdings(true, reading.things, reading.nameless)
                : new Holdings(false, Map.of(), Set.of());
    }

    /** Whether it owns nothing that exists elsewhere. */
    public boolean empty() {
        return readable && things.isEmpty() && nameless.isEmpty();
    }

    private static final class Reading {
        private final Map<String, String> things = new LinkedHashMap<>();
        private final Set<String> nameless = new TreeSet<>();

        /** Where a thing was met first, whatever its address. */
        private final Map<String, String> places = new HashMap<>();

        void take(Part part) {
            if (!part.managed() || OF_STATES_ONLY.contains(source(part))) {
                return;
            }
            String address = part.address();
            if (!tells(part.identity())) {
                things.remove(address);
                nameless.add(address);
                return;
            }
            String digest = TreeDigest.of(part.identity());
            String other = places.putIfAbsent(digest, address);
            if (other != null || things.containsKey(address) || nameless.contains(address)) {
                // What two have alike does not tell one from the other.
                forget(address);
                forget(other == null ? address : other);
            } else {
                things.put(address, digest);
            }
        }

        private void forget(String address) {
            things.remove(address);
            nameless.add(address);
        }
    }

    /**
     * {@code provider["registry.opentofu.org/hashicorp/random"].alias} without all but the source.
     */
    private static String source(Part part) {
        String provider = part.about().path("provider").asText("");
        int begin = provider.indexOf("[\"");
        int end = provider.indexOf("\"]");
        return begin < 0 || end < begin ? provider : provider.substring(begin + 2, end);
    }

    private static boolean tells(JsonNode identity) {
        JsonNode id = identity.path("id");
        return (id.isTextual() && !id.textValue().isBlank())
                || id.isNumber()
                || (identity.path("identity").isObject() && !identity.path("identity").isEmpty());
    }
}
