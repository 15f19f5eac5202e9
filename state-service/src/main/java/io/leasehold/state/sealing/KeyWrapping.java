package io.leasehold.state.sealing;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;

/** Wraps data keys anew with the master key that comes first now. Safe to share. */
@ApplicationScoped
public class KeyWrapping {
    private final MasterKeyFile masters;

    KeyWrapping(MasterKeyFile masters) {
        this.masters = masters;
    }

    /** The id of the master key that wraps now. */
    public String primary() {
        return masters.current().primary().id();
    }

    /** The ids of all master keys that unwrap now. */
    public Set<String> known() {
        return masters.current().ids();
    }

    /**
     * The same keyset, wrapped by that master key. Blocking; a KMS is asked over the network.
     *
     * @param from the id of the master key that wrapped it
     * @throws io.leasehold.state.problem.Refusal 503 KEY_UNAVAILABLE
     * @throws IllegalStateException when what is stored is not what that key wrapped
     */
    public byte[] again(KeyOwner owner, byte[] keyset, String from, String to) {
        MasterKeys now = masters.current();
        return now.byId(to, owner).wrap(now.byId(from, owner).unwrap(keyset, owner), owner);
    }

    /**
     * Whether that master key wraps and unwraps now. Blocking; a KMS is asked over the network.
     *
     * @param id one of those that are known
     */
    public boolean works(String id) {
        return masters.current().byId(id, KeyOwner.PLATFORM).works();
    }
}
