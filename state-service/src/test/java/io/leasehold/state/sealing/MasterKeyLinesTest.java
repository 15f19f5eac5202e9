package io.leasehold.state.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import io.leasehold.state.problem.Refusal;
import java.security.GeneralSecurityException;
import java.util.Base64;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterKeyLinesTest {
    private static final String KMS =
            "aws-kms://arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    private static final KeyOwner OWNER = KeyOwner.life("t", 1);

    @BeforeAll
    static void tink() throws GeneralSecurityException {
        AeadConfig.register();
    }

    private static String raw(int first) {
        byte[] key = new byte[32];
        key[0] = (byte) first;
        return Base64.getEncoder().encodeToString(key);
    }

    private static MasterKeys parse(String text) {
        return MasterKeyLines.parse(text, uri -> new NoKms(uri));
    }

    private record NoKms(String uri) implements Aead {
        @Override
        public byte[] encrypt(byte[] plain, byte[] associated) throws GeneralSecurityException {
            throw new GeneralSecurityException("away");
        }

        @Override
        public byte[] decrypt(byte[] sealed, byte[] associated) throws GeneralSecurityException {
            throw new GeneralSecurityException("away");
        }
    }

    private static String keyset(int keys, int primary) throws GeneralSecurityException {
        KeysetHandle.Builder builder = KeysetHandle.newBuilder();
        for (int i = 1; i <= keys; i++) {
            KeysetHandle.Builder.Entry entry =
                    KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                            .withFixedId(i);
            builder.addEntry(i == primary ? entry.makePrimary() : entry);
        }
        return TinkJsonProtoKeysetFormat.serializeKeyset(
                builder.build(), InsecureSecretKeyAccess.get());
    }

    @Test
    void thirtyTwoBytesInBase64AreAMasterKeyAsTheyAlwaysWere() {
        MasterKeys keys = parse(raw(0) + "\n");

        assertThat(keys.primary().id()).matches("raw-[0-9a-f]{8}");
        assertThat(keys.ids()).containsExactly(keys.primary().id());
    }

    @Test
    void theFirstLineWrapsAndAllUnwrap() {
        MasterKeys before = parse(raw(1));
        WrappedKey wrapped = DataKey.fresh(new byte[32]).wrapped(before.primary(), OWNER);

        MasterKeys after = parse("# newest first\n\n" + raw(2) + "\n" + raw(1));

        assertThat(after.primary().id()).isNotEqualTo(before.primary().id());
        assertThat(after.byId(wrapped.masterKeyId(), OWNER).unwrap(wrapped.keyset(), OWNER))
                .isNotNull();
    }

    @Test
    void aTinkKeysetWrapsWithItsPrimaryAndUnwrapsWithAllOfItsKeys() throws Exception {
        String two = keyset(2, 1);
        WrappedKey wrapped = DataKey.fresh(new byte[32]).wrapped(parse(two).primary(), OWNER);

        MasterKeys turned = parse(two.replace("\"primaryKeyId\":1", "\"primaryKeyId\":2"));

        assertThat(wrapped.masterKeyId()).isEqualTo("tink-1");
        assertThat(turned.primary().id()).isEqualTo("tink-2");
        assertThat(turned.byId("tink-1", OWNER).unwrap(wrapped.keyset(), OWNER)).isNotNull();
    }

    @Test
    void aKeysetMayHaveLineBreaksOrStandAmongOtherKeys() throws Exception {
        String keyset = keyset(1, 1);

        assertThat(parse("{\n" + keyset.substring(1).replace(",", ",\n")).primary().id())
                .isEqualTo("tink-1");
        assertThat(parse(raw(1) + "\n" + keyset + "\n" + KMS).ids())
                .hasSize(3)
                .contains("tink-1", KMS);
    }

    @Test
    void aKeyInAKmsIsKnownByItsUriAndSaysWhenItIsAway() {
        MasterKeys keys = parse(KMS);

        assertThat(keys.primary().id()).isEqualTo(KMS);
        assertThatThrownBy(() -> DataKey.fresh(new byte[32]).wrapped(keys.primary(), OWNER))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> {
                            assertThat(refusal.status()).isEqualTo(503);
                            assertThat(refusal.code()).isEqualTo("KEY_UNAVAILABLE");
                        });
    }

    @Test
    void aMasterKeyThatIsNotThereAnyMoreIsNamed() {
        assertThatThrownBy(() -> parse(raw(1)).byId("raw-00000000", OWNER))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> {
                            assertThat(refusal.status()).isEqualTo(503);
                            assertThat(refusal.detail()).contains("raw-00000000", "keyset-file");
                        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c2hvcnQ=",
                "not base64 at all!",
                "{\"primaryKeyId\":7,\"secret\":\"do-not-tell\"}",
                "aws-kms://do-not-tell",
                "aws-kms://arn:aws:kms:eu-central-1:123456789012:alias/do-not-tell",
                "gcp-kms://projects/x"
            })
    void whatIsNoKeyIsRefusedByItsLineAndNotQuoted(String wrong) {
        assertThatThrownBy(() ->
                        MasterKeyLines.parse(raw(1) + "\n" + wrong, new AwsKms(new NoAws())::aead))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 2")
                .hasMessageNotContaining("do-not-tell")
                .hasNoCause();
    }

    @Test
    void aFileWithoutAKeyOrWithOneTwiceIsRefused() {
        assertThatThrownBy(() -> parse("# nothing\n")).hasMessageContaining("holds no key");
        assertThatThrownBy(() -> parse(raw(1) + "\n" + raw(1))).hasMessageContaining("twice");
    }
}
