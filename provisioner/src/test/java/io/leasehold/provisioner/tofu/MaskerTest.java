package io.leasehold.provisioner.tofu;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets in the forms in which they turn up. */
class MaskerTest {

    private static final String SECRET = "p\"ss/w?rd<&>+1";

    private final Masker masker = new Masker(List.of(new Secret(SECRET), new Secret("short")));

    @Test
    void aSecretIsTakenOutInEveryForm() {
        byte[] bytes = SECRET.getBytes(StandardCharsets.UTF_8);
        for (String form :
                List.of(
                        SECRET,
                        "p\\\"ss/w?rd<&>+1",
                        "p\\\"ss/w?rd\\u003c\\u0026\\u003e+1",
                        Base64.getEncoder().encodeToString(bytes),
                        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
                        URLEncoder.encode(SECRET, StandardCharsets.UTF_8))) {
            assertThat(masker.mask("a " + form + " b")).as(form).isEqualTo("a (hidden) b");
        }
    }

    @Test
    void aBlankIsAPlusInAQueryAndNotInAPath() {
        Masker blank = new Masker(List.of(new Secret("open se?ame")));

        assertThat(blank.mask("?p=open+se%3Fame")).isEqualTo("?p=(hidden)");
        assertThat(blank.mask("/open%20se%3Fame")).isEqualTo("/(hidden)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "u", "us", "use", "user:"})
    void aSecretWithinWhatIsEncodedIsTakenOutWhereverItBegins(String before) {
        for (String after : List.of("", "a", "an", "and", "and more")) {
            byte[] all = (before + SECRET + after).getBytes(StandardCharsets.UTF_8);
            for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
                String encoded = encoder.encodeToString(all);
                String shown = masker.mask(encoded).replace("(hidden)", "");

                // What is left are digits of what stands around it, or shared with that.
                assertThat(shown.length())
                        .as("%s of %s", masker.mask(encoded), encoded)
                        .isLessThanOrEqualTo(4 * (before.length() + after.length()) / 3 + 6);
                assertThat(masker.mask(encoded)).contains("(hidden)");
            }
        }
    }

    @Test
    void wordsStay() {
        assertThat(masker.mask("in short, nothing")).isEqualTo("in short, nothing");
    }

    @Test
    void aLongerSecretIsNotLeftHalf() {
        Masker two = new Masker(List.of(new Secret("secret"), new Secret("secret-and-more")));

        assertThat(two.mask("secret-and-more")).isEqualTo("(hidden)");
    }

    @Test
    void whatIsLearntWhileARunGoesOnIsTakenOutToo() {
        Masker learning = new Masker(List.of(new Secret("secret")));
        assertThat(learning.mask("made-in-the-run")).isEqualTo("made-in-the-run");

        assertThat(learning.learn(List.of(new Secret("made-in-the-run")))).isTrue();

        assertThat(learning.mask("made-in-the-run, secret")).isEqualTo("(hidden), (hidden)");
    }

    @Test
    void moreThanCanBeLookedForIsTold() {
        List<Secret> many =
                IntStream.range(0, 1_001).mapToObj(i -> new Secret("secret-" + i)).toList();
        Masker full = new Masker(List.of());

        assertThat(full.learn(many)).isFalse();
        assertThat(full.learn(many.subList(0, 1_000))).as("known already").isTrue();
        assertThat(full.mask("secret-999")).isEqualTo("(hidden)");
    }

    @Test
    void aSecretNeverPrintsItself() {
        assertThat(new Secret(SECRET)).hasToString("Secret[hidden]");
    }
}
