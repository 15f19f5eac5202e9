package io.leasehold.provisioner.runner;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.provisioner.tofu.Diagnostic;
import io.leasehold.provisioner.tofu.RunInputs;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a run takes over from an earlier one that was killed in the middle of its apply: things were
 * made, and no state came to know of them. A module that can take them over declares the variable
 * {@value #VARIABLE} and has an import block for each such resource; which addresses it is given is
 * learnt from what the provider says exists already. Only where the ledger knows of such an earlier
 * run: what somebody else made is never taken over. For one thread.
 */
final class Adoption {
    /** The input by which a module is told. */
    static final String VARIABLE = "platform_adopt";

    private final boolean allowed;
    private final SortedSet<String> addresses = new TreeSet<>();
    private boolean learned;

    Adoption(Claim claim) {
        this.allowed = claim.interrupted();
    }

    /** Looks for resources that exist already. */
    void learn(List<Diagnostic> diagnostics) {
        if (!allowed) {
            return;
        }
        for (Diagnostic one : diagnostics) {
            Optional<String> address = one.address();
            if (address.isPresent()
                    && FailureClassifier.classify(List.of(one)) == ErrorCode.ALREADY_EXISTS) {
                learned |= addresses.add(address.get());
            }
        }
    }

    /** Whether there is something new to take over since this was asked last. */
    boolean learned() {
        boolean since = learned;
        learned = false;
        return since;
    }

    /** The inputs with what is to be taken over. */
    RunInputs with(RunInputs inputs) {
        ObjectNode variables = inputs.variables().deepCopy();
        ArrayNode list = variables.putArray(VARIABLE);
        addresses.forEach(list::add);
        return new RunInputs(variables, inputs.env(), inputs.secretEnv(), inputs.masked());
    }

    @Override
    public String toString() {
        return String.join(", ", addresses);
    }
}
