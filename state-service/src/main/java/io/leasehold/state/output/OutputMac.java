package io.leasehold.state.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Keyed hashes of sensitive outputs: they tell that a value changed, and cannot be found out by
 * guessing. The key is derived from the sealing key, so that it needs no file of its own. Safe to
 * share.
 */
@Singleton
class OutputMac {
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    /** Reads the sealing key from its file. */
    OutputMac(@ConfigProperty(name = "leasehold.sealing.keyset-file") Path file) {
        byte[] derived = mac(spec(read(file)), "leasehold output hmac 1".getBytes(UTF_8));
        this.key = spec(derived);
    }

    /** Lower-case hex. Equal values of different outputs have different hashes. */
    String of(String ref, String value) {
        return HexFormat.of().formatHex(mac(key, (ref + "\n" + value).getBytes(UTF_8)));
    }

    private static byte[] read(Path file) {
        try {
            return Base64.getDecoder().decode(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException("the sealing key cannot be read", e);
        }
    }

    private static SecretKeySpec spec(byte[] bytes) {
        return new SecretKeySpec(bytes, ALGORITHM);
    }

    private static byte[] mac(SecretKeySpec key, byte[] text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
