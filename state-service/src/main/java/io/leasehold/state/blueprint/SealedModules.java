package io.leasehold.state.blueprint;

import io.leasehold.state.WorkerThreads;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.Sealers;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** How the archive of a module lies in the database: sealed for the platform. Safe to share. */
@ApplicationScoped
class SealedModules {
    /** How a gzip file begins. Archives that were stored before they were sealed lie in clear. */
    private static final byte GZIP = 0x1f;

    private final Sealers sealers;
    private final WorkerThreads workers;

    SealedModules(Sealers sealers, WorkerThreads workers) {
        this.sealers = sealers;
        this.workers = workers;
    }

    Uni<byte[]> seal(Mutiny.Session session, String digest, byte[] tarGz) {
        if (sealers.asBefore()) {
            return Uni.createFrom().item(tarGz);
        }
        return sealers.of(session, KeyOwner.PLATFORM)
                .chain(sealer -> workers.call(() -> sealer.seal(tarGz, context(digest))));
    }

    Uni<byte[]> open(String digest, byte[] stored) {
        if (stored.length > 0 && stored[0] == GZIP) {
            return Uni.createFrom().item(stored);
        }
        return sealers.toOpen(KeyOwner.PLATFORM, List.of(stored))
                .chain(sealer -> workers.call(() -> sealer.open(stored, context(digest))));
    }

    private static String context(String digest) {
        return "module:" + digest;
    }
}
