package io.leasehold.provisioner.runner;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.provisioner.tofu.RunInputs;
import io.leasehold.provisioner.tofu.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Puts together what a run is given: the ledger's inputs and the platform's. */
final class BoundInputs {

    private BoundInputs() {}

    /**
     * The inputs of one run; secrets are read from their files now, so that a rotated credential is
     * used by the next run.
     *
     * @throws IOException when a credential's file cannot be read; the message names the file's
     *     variable, never its content
     */
    static RunInputs of(Claim claim, Bindings bindings) throws IOException {
        ObjectNode variables = JsonNodeFactory.instance.objectNode();
        if (claim.inputs() instanceof ObjectNode fromLedger) {
            variables.setAll(fromLedger);
        }
        Map<String, String> env = new HashMap<>();
        Map<String, Secret> secretEnv = new HashMap<>();
        for (Bindings.Binding binding : bindings.matching(claim)) {
            binding.inputs().forEach(variables::set);
            env.putAll(binding.env());
            for (Map.Entry<String, Path> secret : binding.secretEnv().entrySet()) {
                secretEnv.put(secret.getKey(), read(secret.getKey(), secret.getValue()));
            }
        }
        return new RunInputs(variables, env, secretEnv, Set.of());
    }

    private static Secret read(String name, Path file) throws IOException {
        try {
            return new Secret(Files.readString(file).strip());
        } catch (IOException e) {
            throw new IOException("the credential bound as " + name + " cannot be read", e);
        }
    }
}
