package io.leasehold.state.sealing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A data key in the clear: an AES-256-GCM keyset, and a key for keyed hashes that is sealed with it
 * and so lives and dies with it. Stays in memory. Safe to share.
 */
final class DataKey {
    private static final String HMAC = "HmacSHA256";

    static {
        // Costs more than a key does: once for all of them.
        try {
            AeadConfig.register();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot do AES-256-GCM", e);
        }
    }

    private final KeysetHandle keyset;
    private final Aead aead;
    private final byte[] macKey;

    private DataKey(KeysetHandle keyset, byte[] macKey) throws GeneralSecurityException {
        this.keyset = keyset;
        this.aead = keyset.getPrimitive(RegistryConfiguration.get(), Aead.class);
        this.macKey = macKey;
    }

    /** A new key. */
    static DataKey fresh(byte[] macKey) {
        try {
            return new DataKey(
                    KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM), macKey);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot do AES-256-GCM", e);
        }
    }

    /** What that key wrapped before. */
    static DataKey unwrapped(MasterKey master, KeyOwner owner, WrappedKey wrapped) {
        try {
            KeysetHandle keyset = master.unwrap(wrapped.keyset(), owner);
            Aead aead = keyset.getPrimitive(RegistryConfiguration.get(), Aead.class);
            return new DataKey(keyset, aead.decrypt(wrapped.macKey(), macContext(owner)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("could not open the hash key of " + owner, e);
        }
    }

    /** This key, wrapped by that one. */
    WrappedKey wrapped(MasterKey master, KeyOwner owner) {
        try {
            return new WrappedKey(
                    master.wrap(keyset, owner),
                    aead.encrypt(macKey, macContext(owner)),
                    master.id());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("could not seal the hash key of " + owner, e);
        }
    }

    private static byte[] macContext(KeyOwner owner) {
        return utf8("hash key of " + owner.name());
    }

    Aead aead() {
        return aead;
    }

    String mac(String text) {
        return HexFormat.of().formatHex(hmac(macKey, utf8(text)));
    }

    static byte[] hmac(byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + HMAC, e);
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }
}
