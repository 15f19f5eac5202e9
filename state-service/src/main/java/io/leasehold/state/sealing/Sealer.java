package io.leasehold.state.sealing;

import io.leasehold.state.problem.Refusal;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens what belongs to one owner, so that a database, a backup or a table dump shows
 * nothing of it, and no row can be passed off as another: what is sealed for one owner in one
 * context does not open for another or elsewhere.
 *
 * <p>AES-256-GCM. The first byte names the scheme; what was sealed before owners had keys of their
 * own still opens. Got from {@link Sealers} for one piece of work and not kept: it holds the
 * owner's key in the clear. Blocking for as long as the bytes take (about a millisecond a MiB);
 * safe for use by any thread.
 */
public final class Sealer {
    /** Sealed with the data key of a life. */
    private static final byte LIFE = 2;

    /** Sealed with the platform's data key. */
    private static final byte PLATFORM = 3;

    private final KeyOwner owner;
    private final KeyState key;
    private final MasterKeys masters;
    private final @Nullable OldScheme asBefore;

    Sealer(KeyOwner owner, KeyState key, MasterKeys masters) {
        this(owner, key, masters, null);
    }

    private Sealer(KeyOwner owner, KeyState key, MasterKeys masters, @Nullable OldScheme asBefore) {
        this.owner = owner;
        this.key = key;
        this.masters = masters;
        this.asBefore = asBefore;
    }

    /** Seals as the version before data keys did, and needs none. */
    static Sealer asBefore(KeyOwner owner, MasterKeys masters) {
        return new Sealer(owner, new KeyState.Absent(), masters, masters.beforeDataKeys());
    }

    /** Whether it needs the owner's data key to be opened. */
    static boolean needsKey(byte[] sealed) {
        return sealed.length > 0 && sealed[0] != OldScheme.SCHEME;
    }

    /** Whether it was sealed with the platform's key, whomever it is about. */
    static boolean isPlatforms(byte[] sealed) {
        return sealed.length > 0 && sealed[0] == PLATFORM;
    }

    /**
     * Seals.
     *
     * @param context what the bytes belong to, such as {@code state:t/1/s}; needed again to open
     * @throws Refusal 410 KEY_DELETED
     */
    public byte[] seal(byte[] plain, String context) {
        try {
            return asBefore == null
                    ? framed(scheme(), present().aead().encrypt(plain, associated(context)))
                    : framed(OldScheme.SCHEME, asBefore.seal(plain, context));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("could not seal " + context, e);
        }
    }

    private static byte[] framed(byte scheme, byte[] sealed) {
        byte[] framed = new byte[sealed.length + 1];
        framed[0] = scheme;
        System.arraycopy(sealed, 0, framed, 1, sealed.length);
        return framed;
    }

    /**
     * Opens what was sealed.
     *
     * @throws Refusal 410 KEY_DELETED when the owner's key was deleted on purpose
     * @throws IllegalStateException when it was sealed with another key or for another context, or
     *     was changed since
     */
    public byte[] open(byte[] sealed, String context) {
        if (sealed.length > 0 && sealed[0] == OldScheme.SCHEME) {
            return masters.openOld(sealed, context);
        }
        if (sealed.length == 0 || sealed[0] != scheme()) {
            throw new IllegalStateException(
                    "sealed in a way this version does not know, or for another: " + context);
        }
        try {
            return present()
                    .aead()
                    .decrypt(Arrays.copyOfRange(sealed, 1, sealed.length), associated(context));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "could not open " + context + ": another key, another place, or damaged", e);
        }
    }

    /**
     * A keyed hash as lower-case hex: it tells that a value changed, and cannot be found out by
     * guessing.
     */
    public String mac(String text) {
        return asBefore == null
                ? present().mac(text)
                : HexFormat.of().formatHex(DataKey.hmac(asBefore.hashKey(), DataKey.utf8(text)));
    }

    private DataKey present() {
        return switch (key) {
            case KeyState.Present(_, DataKey unwrapped, _, _) -> unwrapped;
            case KeyState.Absent _ ->
                    throw new IllegalStateException("there is no data key of " + owner);
            case KeyState.Deleted _ -> throw deleted();
        };
    }

    private Refusal deleted() {
        return new Refusal(
                410,
                "KEY_DELETED",
                "The data key of %s was deleted on purpose, so what was sealed with it can never be"
                                .formatted(owner)
                        + " read again; the receipt says by whom and why (leasehold keys"
                        + " receipts)");
    }

    private byte scheme() {
        return owner.isPlatform() ? PLATFORM : LIFE;
    }

    private byte[] associated(String context) {
        return DataKey.utf8(scheme() + ":" + owner.name() + ":" + context);
    }
}
