package io.leasehold.state.version;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HoldingsTest {
    private static final String PROVIDER = "provider[\\\"registry.opentofu.org/hashicorp/aws\\\"]";

    @Test
    void eachInstanceIsOwnedByItsAddressAndItsIdentity() {
        Holdings held =
                Holdings.of(
                        state(
                                resource(
                                        "\"module\":\"module.m[\\\"a\\\"]\",",
                                        PROVIDER,
                                        "{\"index_key\":0,\"attributes\":{\"id\":\"i-0\"}}",
                                        "{\"index_key\":\"k\",\"attributes\":{\"id\":7}}",
                                        "{\"index_key\":0,\"deposed\":\"d1\",\"attributes\":{\"id\":\"i-1\"}}")));

        assertThat(held.things())
                .containsOnlyKeys(
                        "module.m[\"a\"].aws_thing.x[0]",
                        "module.m[\"a\"].aws_thing.x[\"k\"]",
                        "module.m[\"a\"].aws_thing.x[0] (deposed d1)");
        assertThat(held.things().values()).doesNotHaveDuplicates();
        assertThat(held.toString()).doesNotContain("i-0", "i-1");
    }

    @Test
    void otherAttributesMakeItNoOtherThing() {
        assertThat(one(PROVIDER, "{\"attributes\":{\"id\":\"i\",\"size\":1}}"))
                .isEqualTo(one(PROVIDER, "{\"attributes\":{\"size\":2,\"id\":\"i\"}}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'attributes':{'id':'j'}}",
                "{'attributes':{'id':'i'},'provider':'other'}",
                "{'attributes':{'id':'i'},'identity':{'region':'b'}}"
            })
    void anotherIdentityMakesItAnotherThing(String instance) {
        assertThat(one(PROVIDER, instance.replace('\'', '"')))
                .isNotEqualTo(one(PROVIDER, "{\"attributes\":{\"id\":\"i\"}}"));
    }

    @Test
    void anotherProviderMakesItAnotherThing() {
        String instance = "{\"attributes\":{\"id\":\"i\"}}";

        assertThat(one(PROVIDER + ".west", instance)).isNotEqualTo(one(PROVIDER, instance));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'attributes':{}}",
                "{'attributes':{'id':null}}",
                "{'attributes':{'id':' '}}",
                "{'attributes':{'id':{'a':1}}}",
                "{'attributes':null}",
                "{'identity':{}}"
            })
    void whatHasNoIdentityIsSaidToHaveNone(String instance) {
        Holdings held = Holdings.of(state(resource("", PROVIDER, instance.replace('\'', '"'))));

        assertThat(held.things()).isEmpty();
        assertThat(held.nameless()).containsExactly("aws_thing.x");
        assertThat(held.empty()).isFalse();
    }

    @Test
    void whatTwoHaveAlikeIsNoIdentity() {
        Holdings held =
                Holdings.of(
                        state(
                                resource(
                                        "",
                                        PROVIDER,
                                        "{\"index_key\":0,\"attributes\":{\"id\":\"none\"}}",
                                        "{\"index_key\":1,\"attributes\":{\"id\":\"none\"}}",
                                        "{\"index_key\":2,\"attributes\":{\"id\":\"none\"}}",
                                        "{\"index_key\":3,\"attributes\":{\"id\":\"i\"}}")));

        assertThat(held.nameless())
                .containsExactlyInAnyOrder("aws_thing.x[0]", "aws_thing.x[1]", "aws_thing.x[2]");
        assertThat(held.things()).containsOnlyKeys("aws_thing.x[3]");
    }

    @Test
    void whatIsLookedUpOrOnlyInStatesIsNotOwned() {
        String random = PROVIDER.replace("aws", "random");
        Holdings held =
                Holdings.of(
                        state(
                                resource("", random, "{\"attributes\":{\"id\":\"none\"}}"),
                                resource("", PROVIDER, "{\"attributes\":{\"id\":\"i\"}}")
                                        .replace("managed", "data")));

        assertThat(held.empty()).isTrue();
    }

    @Test
    void nothingIsKnownOfWhatTofuEncrypted() {
        Holdings held =
                Holdings.of(
                        "{\"serial\":1,\"lineage\":\"l\",\"encrypted_data\":\"aaaa\"}"
                                .getBytes(UTF_8));

        assertThat(held.readable()).isFalse();
        assertThat(held.empty()).isFalse();
    }

    private static String one(String provider, String instance) {
        return Holdings.of(state(resource("", provider, instance)))
                .things()
                .getOrDefault("aws_thing.x", "nothing");
    }

    private static byte[] state(String... resources) {
        return ("{\"version\":4,\"serial\":1,\"lineage\":\"l\",\"outputs\":{},\"resources\":["
                        + String.join(",", resources)
                        + "]}")
                .getBytes(UTF_8);
    }

    private static String resource(String module, String provider, String... instances) {
        return "{"
                + module
                + "\"mode\":\"managed\",\"type\":\"aws_thing\",\"name\":\"x\",\"provider\":\""
                + provider
                + "\",\"instances\":["
                + String.join(",", instances)
                + "]}";
    }
}
