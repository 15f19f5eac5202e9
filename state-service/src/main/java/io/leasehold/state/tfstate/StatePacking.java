package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.WorkerThreads;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.Sealer;
import io.leasehold.state.sealing.Sealers;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * How a state lies in the database: compressed, then sealed for its stack. Tens of milliseconds a
 * MiB, on a worker thread but for the sealing of little; what comes of it comes on the caller's
 * context.
 */
@ApplicationScoped
class StatePacking {
    /** So much is encrypted in the time that going to another thread takes. */
    private static final int LITTLE = 32 * 1024;

    private final Sealers sealers;
    private final WorkerThreads workers;

    StatePacking(Sealers sealers, WorkerThreads workers) {
        this.sealers = sealers;
        this.workers = workers;
    }

    /** Ready to be stored, of what is compressed; for who has no session open. */
    Uni<byte[]> seal(StackRef stack, byte[] compressed) {
        return sealers.of(KeyOwner.of(stack))
                .chain(sealer ->
                        compressed.length <= LITTLE
                                ? Uni.createFrom().item(sealer.seal(compressed, context(stack)))
                                : workers.call(() -> sealer.seal(compressed, context(stack))));
    }

    /** Ready to be stored in this transaction. */
    Uni<byte[]> pack(Mutiny.Session session, StackRef stack, byte[] plain) {
        return sealers.of(session, KeyOwner.of(stack))
                .chain(sealer -> workers.call(() -> packed(sealer, stack, plain)));
    }

    /** Packs where one is: on a worker thread. */
    static byte[] packed(Sealer sealer, StackRef stack, byte[] plain) {
        return sealer.seal(compressed(plain), context(stack));
    }

    /** Compresses where one is: on a worker thread. */
    static byte[] compressed(byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(plain.length / 6 + 64);
        try (GZIPOutputStream gzip = new Fast(packed)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    /** What was packed; for who has no session open. */
    Uni<byte[]> unpack(StackRef stack, byte[] packed) {
        return sealers.toOpen(KeyOwner.of(stack), List.of(packed))
                .chain(sealer -> workers.call(() -> unpacked(sealer, stack, packed)));
    }

    /** What was packed, with the caller's session. */
    Uni<byte[]> unpack(Mutiny.Session session, StackRef stack, byte[] packed) {
        return sealers.toOpen(session, KeyOwner.of(stack), List.of(packed))
                .chain(sealer -> workers.call(() -> unpacked(sealer, stack, packed)));
    }

    private static byte[] unpacked(Sealer sealer, StackRef stack, byte[] packed) {
        byte[] compressed = sealer.open(packed, context(stack));
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            return gzip.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("a stored state is damaged: " + stack, e);
        }
    }

    /** The digest that tofu sends along and that tells equal states. */
    static byte[] md5(byte[] plain) {
        try {
            return MessageDigest.getInstance("MD5").digest(plain);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has MD5", e);
        }
    }

    private static String context(StackRef stack) {
        return "state:" + stack.key();
    }

    /** Text this regular hardly gets smaller at higher levels, only slower. */
    private static final class Fast extends GZIPOutputStream {
        Fast(ByteArrayOutputStream out) throws IOException {
            super(out, 16 * 1024);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
