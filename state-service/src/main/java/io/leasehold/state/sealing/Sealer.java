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
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * Seals bytes so that a database, a backup or a table dump shows nothing of them, and so that no
 * row can be passed off as another: what is sealed in one context does not open in another.
 *
 * <p>AES-256-GCM. The first byte names the scheme, so that keys per tenant can follow without
 * rewriting what is stored. Blocking for as long as the bytes take (about a millisecond a MiB);
 * safe for use by any thread.
 */
public final class Sealer {
    /** One master key for everything. */
    private static final byte MASTER_KEY = 1;

    private static final int KEY_BYTES = 32;

    private final Aead aead;

    /**
     * @param key 32 bytes
     * @throws IllegalArgumentException when the key has another length
     */
    public Sealer(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "the sealing key must have " + KEY_BYTES + " bytes but has " + key.length);
        }
        try {
            AeadConfig.register();
            AesGcmParameters parameters =
                    AesGcmParameters.builder()
                            .setKeySizeBytes(KEY_BYTES)
                            .setIvSizeBytes(12)
                            .setTagSizeBytes(16)
                            .setVariant(AesGcmParameters.Variant.NO_PREFIX)
                            .build();
            AesGcmKey master = key(parameters, key);
            aead =
                    KeysetHandle.newBuilder()
                            .addEntry(KeysetHandle.importKey(master).withFixedId(1).makePrimary())
                            .build()
                            .getPrimitive(RegistryConfiguration.get(), Aead.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot do AES-256-GCM", e);
        }
    }

    @AccessesPartialKey
    private static AesGcmKey key(AesGcmParameters parameters, byte[] key)
            throws GeneralSecurityException {
        return AesGcmKey.builder()
                .setParameters(parameters)
                .setKeyBytes(SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get()))
                .build();
    }

    /**
     * Seals.
     *
     * @param context what the bytes belong to, such as {@code state:t/1/s}; needed again to open
     */
    public byte[] seal(byte[] plain, String context) {
        try {
            byte[] sealed = aead.encrypt(plain, associated(context));
            byte[] framed = new byte[sealed.length + 1];
            framed[0] = MASTER_KEY;
            System.arraycopy(sealed, 0, framed, 1, sealed.length);
            return framed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("could not seal " + context, e);
        }
    }

    /**
     * Opens what was sealed.
     *
     * @throws IllegalStateException when it was sealed with another key or for another context, or
     *     was changed since
     */
    public byte[] open(byte[] sealed, String context) {
        if (sealed.length == 0 || sealed[0] != MASTER_KEY) {
            throw new IllegalStateException(
                    "sealed in a way this version does not know: " + context);
        }
        try {
            return aead.decrypt(Arrays.copyOfRange(sealed, 1, sealed.length), associated(context));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "could not open " + context + ": another key, another place, or damaged", e);
        }
    }

    private static byte[] associated(String context) {
        return ((char) ('0' + MASTER_KEY) + ":" + context).getBytes(StandardCharsets.UTF_8);
    }
}
