package io.leasehold.state.sealing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.state.problem.Refusal;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealerTest {
    private static final byte[] SECRET = "correct horse battery staple".getBytes(UTF_8);
    private static final KeyOwner LIFE = KeyOwner.life("t", 1);

    /** Sealed for state:t/1/s with 32 zero bytes, by the version before there were data keys. */
    private static final String SEALED_BEFORE =
            "AfGDkOLd3zNJKI2TtJ2sX+urK2XiaR4/64fo0hCCk3WepY3IFSRfc9k0IIa0c5gCtd6+";

    private final MasterKeys masters =
            MasterKeyLines.parse(
                    Base64.getEncoder().encodeToString(new byte[32]),
                    new AwsKms(new NoAws())::aead);
    private final DataKey key = DataKey.fresh(new byte[32]);
    private final Sealer sealer = sealer(LIFE, key);

    private Sealer sealer(KeyOwner owner, DataKey of) {
        return new Sealer(owner, new KeyState.Present("k", of, true, 0), masters);
    }

    @Test
    void whatIsSealedOpensInItsContextAndShowsNothing() {
        byte[] sealed = sealer.seal(SECRET, "state:t/1/s");

        assertThat(sealer.open(sealed, "state:t/1/s")).isEqualTo(SECRET);
        assertThat(new String(sealed, ISO_8859_1)).doesNotContain("horse");
        assertThat(sealer.seal(SECRET, "state:t/1/s")).isNotEqualTo(sealed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"state:t/1/S", "state:t/1", "", "state:t/11/s"})
    void itDoesNotOpenInAnotherContext(String other) {
        byte[] sealed = sealer.seal(SECRET, "state:t/1/s");

        assertThatThrownBy(() -> sealer.open(sealed, other))
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"t/2", "u/1", "platform"})
    void itDoesNotOpenForAnotherOwnerEvenWithTheSameKey(String other) {
        byte[] sealed = sealer.seal(SECRET, "log:1/1");

        assertThatThrownBy(() -> sealer(new KeyOwner(other), key).open(sealed, "log:1/1"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatWasChangedOrSealedWithAnotherKeyDoesNotOpen() {
        byte[] sealed = sealer.seal(SECRET, "c");

        assertThatThrownBy(() -> sealer(LIFE, DataKey.fresh(new byte[32])).open(sealed, "c"))
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
    void whatTheVersionBeforeSealedOpensWithAndWithoutADataKey() {
        byte[] before = Base64.getDecoder().decode(SEALED_BEFORE);
        Sealer without = new Sealer(LIFE, new KeyState.Absent(), masters);

        assertThat(new String(sealer.open(before, "state:t/1/s"), UTF_8))
                .isEqualTo("what was sealed before");
        assertThat(new String(without.open(before, "state:t/1/s"), UTF_8))
                .isEqualTo("what was sealed before");
        assertThatThrownBy(() -> sealer.open(before, "state:t/1/x"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aDeletedKeyOpensAndSealsNothingAndSaysSo() {
        byte[] sealed = sealer.seal(SECRET, "c");
        Sealer deleted = new Sealer(LIFE, new KeyState.Deleted(), masters);

        assertThatThrownBy(() -> deleted.open(sealed, "c"))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> {
                            assertThat(refusal.status()).isEqualTo(410);
                            assertThat(refusal.code()).isEqualTo("KEY_DELETED");
                            assertThat(refusal.detail()).contains("t/1", "receipt");
                        });
        assertThatThrownBy(() -> deleted.seal(SECRET, "c")).isInstanceOf(Refusal.class);
    }

    @Test
    void aDataKeyComesBackFromItsWrappingForItsOwnerOnlyWithItsHashes() {
        MasterKey master = masters.primary();
        WrappedKey wrapped = key.wrapped(master, LIFE);

        DataKey back = DataKey.unwrapped(master, LIFE, wrapped);

        byte[] sealed = sealer.seal(SECRET, "c");
        assertThat(sealer(LIFE, back).open(sealed, "c")).isEqualTo(SECRET);
        assertThat(sealer(LIFE, back).mac("x")).isEqualTo(sealer.mac("x")).hasSize(64);
        assertThatThrownBy(() -> DataKey.unwrapped(master, KeyOwner.life("u", 1), wrapped))
                .isInstanceOf(IllegalStateException.class);
    }
}
