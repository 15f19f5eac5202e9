package io.leasehold.state.sealing;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import io.leasehold.state.problem.Refusal;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import org.jboss.logging.Logger;

/**
 * A key that wraps the keysets of data keys and does nothing else. Blocking: one of a KMS asks over
 * the network. Safe to share.
 *
 * @param id says which it is, and nothing of it
 * @param inKms it never leaves a KMS, which may be away
 */
record MasterKey(String id, Aead aead, boolean inKms) {
    private static final Logger LOGGER = Logger.getLogger(MasterKey.class);

    /** The keyset as it may be stored, for that owner only. */
    byte[] wrap(KeysetHandle keyset, KeyOwner owner) {
        try {
            return TinkProtoKeysetFormat.serializeEncryptedKeyset(keyset, aead, associated(owner));
        } catch (GeneralSecurityException e) {
            throw failed("wrap", owner, e);
        }
    }

    /** What was wrapped for that owner. */
    KeysetHandle unwrap(byte[] wrapped, KeyOwner owner) {
        try {
            return TinkProtoKeysetFormat.parseEncryptedKeyset(wrapped, aead, associated(owner));
        } catch (GeneralSecurityException e) {
            throw failed("unwrap", owner, e);
        }
    }

    /** Tries it on nothing of worth. */
    boolean works() {
        byte[] probe = DataKey.utf8("a probe");
        try {
            return Arrays.equals(probe, aead.decrypt(aead.encrypt(probe, probe), probe));
        } catch (GeneralSecurityException e) {
            LOGGER.warnf("a master key does not work masterKey=%s reason=%s", id, e.getMessage());
            return false;
        }
    }

    private RuntimeException failed(String what, KeyOwner owner, GeneralSecurityException e) {
        if (!inKms) {
            return new IllegalStateException(
                    "could not %s the data key of %s with %s: another key, or damaged"
                            .formatted(what, owner, id),
                    e);
        }
        // What the KMS says names hosts and requests: for the log, not for the caller.
        LOGGER.warnf(
                "the KMS does not do it what=%s masterKey=%s owner=%s reason=%s",
                what, id, owner, e.getCause() == null ? e.getMessage() : e.getCause().toString());
        return new Refusal(
                503,
                "KEY_UNAVAILABLE",
                "The KMS does not %s the data key of %s with %s now; nothing was changed, try again"
                        .formatted(what, owner, id));
    }

    private static byte[] associated(KeyOwner owner) {
        return DataKey.utf8("data key of " + owner.name());
    }

    @Override
    public String toString() {
        return id;
    }
}
