package io.leasehold.state.simulation;

import io.leasehold.state.blueprint.Blueprint;
import io.leasehold.state.blueprint.BlueprintKey;
import io.leasehold.state.blueprint.BlueprintReader;
import java.util.Map;

/**
 * The blueprints of the world: in the first {@code b} leans on {@code a}, in the second {@code c}.
 */
final class KnownBlueprints {
    static final String NAME = "simulated";

    private static final Map<BlueprintKey, Blueprint> ALL =
            Map.of(key(1), read(1), key(2), read(2));

    private KnownBlueprints() {}

    static BlueprintKey key(int version) {
        return new BlueprintKey(NAME, version + ".0.0");
    }

    static Blueprint of(BlueprintKey key) {
        Blueprint blueprint = ALL.get(key);
        if (blueprint == null) {
            throw new IllegalArgumentException("no blueprint " + key);
        }
        return blueprint;
    }

    /** As an operator writes it. */
    static String document(int version) {
        return """
        apiVersion: leasehold.io/v1
        kind: Blueprint
        name: %s
        version: %s
        variables:
          type: object
          additionalProperties: false
          properties: { size: { type: integer } }
        stacks:
          a:
            module: { dir: a }
            inputs: { size: "${var.size}" }
            outputs: [host]
          %s:
            module: { dir: b }
            inputs: { host: "${stacks.a.outputs.host}" }
        """
                .formatted(NAME, version + ".0.0", version == 1 ? "b" : "c");
    }

    private static Blueprint read(int version) {
        BlueprintReader reader = new BlueprintReader();
        return reader.read(reader.parse(document(version)), Map.of("a", "da", "b", "db"));
    }
}
