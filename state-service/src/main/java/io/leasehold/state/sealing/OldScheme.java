package io.leasehold.state.sealing;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.util.SecretBytes;
import java.security.GeneralSecurityException;
import java.util.HexFormat;

/** A master key of 32 plain bytes, and what it sealed by itself before there were data keys. */
final class OldScheme {
    /** The first byte of what was sealed with the master key itself. */
    static final byte SCHEME = 1;

    static final int KEY_BYTES = 32;

    private final Aead aead;
    private final byte[] hashKey;
    private final String id;

    /**
     * @throws IllegalArgumentException when the key has another length
     */
    OldScheme(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("a master key has " + KEY_BYTES + " bytes");
        }
        aead = aead(key);
        hashKey = DataKey.hmac(key, DataKey.utf8("leasehold output hmac 1"));
        byte[] fingerprint = DataKey.hmac(key, DataKey.utf8("leasehold master key id"));
        id = "raw-" + HexFormat.of().formatHex(fingerprint, 0, 4);
    }

    private static Aead aead(byte[] key) {
        try {
            AeadConfig.register();
            return KeysetHandle.newBuilder()
                    .addEntry(KeysetHandle.importKey(imported(key)).withFixedId(1).makePrimary())
                    .build()
                    .getPrimitive(RegistryConfiguration.get(), Aead.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot do AES-256-GCM", e);
        }
    }

    @AccessesPartialKey
    private static AesGcmKey imported(byte[] key) throws GeneralSecurityException {
        return AesGcmKey.builder()
                .setParameters(
                        AesGcmParameters.builder()
                                .setKeySizeBytes(KEY_BYTES)
                                .setIvSizeBytes(12)
                                .setTagSizeBytes(16)
                                .setVariant(AesGcmParameters.Variant.NO_PREFIX)
                                .build())
                .setKeyBytes(SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get()))
                .build();
    }

    MasterKey masterKey() {
        return new MasterKey(id, aead, false);
    }

    /** The key of keyed hashes of outputs that were published before there were data keys. */
    byte[] hashKey() {
        return hashKey;
    }

    /** What follows the scheme byte. */
    byte[] seal(byte[] plain, String context) throws GeneralSecurityException {
        return aead.encrypt(plain, associated(context));
    }

    /** Opens what follows the scheme byte. */
    byte[] open(byte[] sealed, String context) throws GeneralSecurityException {
        return aead.decrypt(sealed, associated(context));
    }

    private static byte[] associated(String context) {
        return DataKey.utf8("1:" + context);
    }
}
