package io.leasehold.provisioner.tofu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StateSecretsTest {

    private static final String STATE =
            """
            {"version":4,"terraform_version":"1.12.6","serial":1,"lineage":"l",
             "outputs":{
               "secret":{"value":{"a":"out-1","b":["out-2",7,true,null]},"type":[],"sensitive":true},
               "open":{"value":"open-out","type":"string"}},
             "resources":[
               {"mode":"managed","type":"random_password","name":"p","instances":[
                 {"schema_version":3,"attributes":{"id":"none","result":"made-1","length":12},
                  "sensitive_attributes":[[{"type":"get_attr","value":"result"}]]},
                 {"schema_version":3,"attributes":{"id":"open-id","result":"made-2"},
                  "sensitive_attributes":[[{"type":"get_attr","value":"result"}]]}]},
               {"mode":"managed","type":"terraform_data","name":"d","instances":[
                 {"attributes":{"input":{"value":{"a":"in-1","list":["in-2","open-in"]},"type":["object",{}]}},
                  "sensitive_attributes":[
                    [{"type":"get_attr","value":"input"},{"type":"get_attr","value":"a"}],
                    [{"type":"get_attr","value":"input"},{"type":"get_attr","value":"list"},
                     {"type":"index","value":{"value":0,"type":"number"}}]]}]},
               {"mode":"managed","type":"thing","name":"t","instances":[
                 {"attributes":{"map":{"k":"map-1","o":"open-map"},"gone":{"x":"rather-1"}},
                  "sensitive_attributes":[
                    [{"type":"get_attr","value":"map"},{"type":"index","value":{"value":"k","type":"string"}}],
                    [{"type":"get_attr","value":"gone"},{"type":"get_attr","value":"y"}]]}]}],
             "check_results":null}
            """;

    @Test
    void whatAStateCallsSensitiveIsFoundAndNothingElse() {
        assertThat(texts(STATE))
                .containsExactlyInAnyOrder(
                        "out-1", "out-2", "made-1", "made-2", "in-1", "in-2", "map-1", "rather-1");
    }

    @Test
    void whatIsNoStateHasNone() {
        for (String text :
                new String[] {"", "[]", "nothing", "{\"outputs\":7,\"resources\":{}}", "{}"}) {
            assertThat(texts(text)).as(text).isEmpty();
        }
    }

    @Test
    void aStateThatIsCutShortGivesWhatCameBefore() {
        assertThat(texts(STATE.substring(0, STATE.indexOf("terraform_data"))))
                .containsExactlyInAnyOrder("out-1", "out-2", "made-1", "made-2");
    }

    private static Set<String> texts(String state) {
        return StateSecrets.in(state.getBytes(StandardCharsets.UTF_8)).stream()
                .map(Secret::value)
                .collect(Collectors.toSet());
    }
}
