package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.provisioner.module.Template;
import io.leasehold.provisioner.tofu.RunInputs;
import io.leasehold.provisioner.tofu.Secret;
import io.leasehold.provisioner.tofu.TofuCommand;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What of its inputs a saved plan is bound to. */
class PlanBindingTest {

    private static final Template TEMPLATE = new Template(Path.of("/t"), "d", "l", "1.12.6");

    private static String digest(ObjectNode variables, Map<String, String> env, String secret) {
        return PlanCheckpoint.binding(
                        TEMPLATE,
                        new RunInputs(
                                variables, env, Map.of("PGPASSWORD", new Secret(secret)), Set.of()),
                        TofuCommand.Mode.NORMAL)
                .inputsDigest();
    }

    private static ObjectNode variables(String first, String second) {
        ObjectNode variables = JsonNodeFactory.instance.objectNode();
        return variables.put(first, 1).put(second, 1);
    }

    @Test
    void theSameInAnotherOrderIsTheSame() {
        assertThat(digest(variables("a", "b"), Map.of("X", "1", "Y", "2"), "one"))
                .isEqualTo(digest(variables("b", "a"), Map.of("Y", "2", "X", "1"), "one"));
    }

    @Test
    void anotherHostIsAnotherPlan() {
        assertThat(digest(variables("a", "b"), Map.of("PGHOST", "one.internal"), "one"))
                .isNotEqualTo(digest(variables("a", "b"), Map.of("PGHOST", "two.internal"), "one"));
    }

    @Test
    void aSecretMayBeRotatedWithoutAnotherPlan() {
        assertThat(digest(variables("a", "b"), Map.of(), "one"))
                .isEqualTo(digest(variables("a", "b"), Map.of(), "two"));
    }
}
