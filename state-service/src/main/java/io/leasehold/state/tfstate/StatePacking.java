package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.sealing.Sealer;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * How a state lies in the database: compressed, then sealed for its stack. Blocking, tens of
 * milliseconds a MiB: not for an event loop.
 */
@ApplicationScoped
class StatePacking {
    private final Sealer sealer;

    StatePacking(Sealer sealer) {
        this.sealer = sealer;
    }

    /** Ready to be stored. */
    byte[] pack(StackRef stack, byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(plain.length / 6 + 64);
        try (GZIPOutputStream gzip = new Fast(packed)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sealer.seal(packed.toByteArray(), context(stack));
    }

    /** What was packed. */
    byte[] unpack(StackRef stack, byte[] packed) {
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
