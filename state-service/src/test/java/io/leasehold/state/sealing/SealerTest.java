package io.leasehold.state.sealing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealerTest {
    private static final byte[] SECRET = "correct horse battery staple".getBytes(UTF_8);

    private final Sealer sealer = new Sealer(new byte[32]);

    @Test
    void whatIsSealedOpensInItsContextAndShowsNothing() {
        byte[] sealed = sealer.seal(SECRET, "state:t/1/s");

        assertThat(sealer.open(sealed, "state:t/1/s")).isEqualTo(SECRET);
        assertThat(new String(sealed, java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain("horse");
        assertThat(sealer.seal(SECRET, "state:t/1/s")).isNotEqualTo(sealed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"state:t/1/S", "state:t/1", "", "state:t/11/s"})
    void itDoesNotOpenInAnotherContext(String other) {
        byte[] sealed = sealer.seal(SECRET, "state:t/1/s");

        assertThatThrownBy(() -> sealer.open(sealed, other))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatWasChangedOrSealedWithAnotherKeyDoesNotOpen() {
        byte[] sealed = sealer.seal(SECRET, "c");
        byte[] otherKey = new byte[32];
        otherKey[0] = 1;
        assertThatThrownBy(() -> new Sealer(otherKey).open(sealed, "c"))
                .isInstanceOf(IllegalStateException.class);
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> sealer.open(changed, "c"))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> sealer.open(new byte[0], "c"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aKeyOfAnotherLengthIsRefused() {
        assertThatThrownBy(() -> new Sealer(new byte[16]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
