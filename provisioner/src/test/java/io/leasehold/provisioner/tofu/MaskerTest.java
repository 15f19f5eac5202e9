package io.leasehold.provisioner.tofu;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

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
    void wordsStay() {
        assertThat(masker.mask("in short, nothing")).isEqualTo("in short, nothing");
    }

    @Test
    void aLongerSecretIsNotLeftHalf() {
        Masker two = new Masker(List.of(new Secret("secret"), new Secret("secret-and-more")));

        assertThat(two.mask("secret-and-more")).isEqualTo("(hidden)");
    }

    @Test
    void aSecretNeverPrintsItself() {
        assertThat(new Secret(SECRET)).hasToString("Secret[hidden]");
    }
}
