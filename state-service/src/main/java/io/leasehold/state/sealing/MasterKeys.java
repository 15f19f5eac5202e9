package io.leasehold.state.sealing;

import io.leasehold.state.problem.Refusal;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The master keys as they stand now: one wraps, all unwrap. Immutable. */
final class MasterKeys {
    private final MasterKey primary;
    private final Map<String, MasterKey> byId;
    private final List<OldScheme> plain;

    /**
     * @param primary wraps from now on
     * @param all in the order of the file, the primary among them
     * @param plain those of 32 bytes, which once sealed by themselves, newest first
     * @throws IllegalArgumentException when one is there twice
     */
    MasterKeys(MasterKey primary, List<MasterKey> all, List<OldScheme> plain) {
        this.primary = primary;
        this.byId = new LinkedHashMap<>();
        this.plain = List.copyOf(plain);
        for (MasterKey key : all) {
            if (byId.put(key.id(), key) != null) {
                throw new IllegalArgumentException("it has the key " + key.id() + " twice");
            }
        }
    }

    MasterKey primary() {
        return primary;
    }

    Set<String> ids() {
        return Set.copyOf(byId.keySet());
    }

    /**
     * The one that wrapped.
     *
     * @throws Refusal 503 KEY_UNAVAILABLE when it is not there any more
     */
    MasterKey byId(String id, KeyOwner owner) {
        MasterKey found = byId.get(id);
        if (found == null) {
            throw new Refusal(
                    503,
                    "KEY_UNAVAILABLE",
                    "The data key of %s is wrapped by the master key %s, which this service was not"
                                    .formatted(owner, id)
                            + " given: put it back into leasehold.sealing.keyset-file");
        }
        return found;
    }

    /**
     * The key of keyed hashes for lives from before there were data keys: their published outputs
     * must not seem to change. Random where no such life can be.
     */
    byte[] hashKeyOfOldLives() {
        return plain.isEmpty() ? DataKeys.random() : beforeDataKeys().hashKey();
    }

    /**
     * The one that sealed before there were data keys: the only one that there was then.
     *
     * @throws IllegalStateException when it is not there
     */
    OldScheme beforeDataKeys() {
        if (plain.isEmpty()) {
            throw new IllegalStateException(
                    "leasehold.sealing.as-before needs a line of 32 bytes in Base64");
        }
        return plain.getLast();
    }

    /** Opens what a master key sealed by itself. */
    byte[] openOld(byte[] framed, String context) {
        byte[] sealed = Arrays.copyOfRange(framed, 1, framed.length);
        for (OldScheme key : plain) {
            try {
                return key.open(sealed, context);
            } catch (GeneralSecurityException _) {
                // Another of them may have sealed it.
            }
        }
        throw new IllegalStateException(
                "could not open " + context + ": another key, another place, or damaged");
    }
}
