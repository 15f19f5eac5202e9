package io.leasehold.state.sealing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.testsupport.Eventually;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The master keys of the service under test, as an operator has them in hand. */
@ApplicationScoped
public class TestKeys {
    /** The line that every test begins with. */
    public static final String FIRST = line(0);

    private static final int NONCE = 12;

    private final Path file;
    private final MasterKeyFile masters;
    private final DataKeys dataKeys;
    private final Sealers sealers;

    TestKeys(
            @ConfigProperty(name = "leasehold.sealing.keyset-file") Path file,
            MasterKeyFile masters,
            DataKeys dataKeys,
            Sealers sealers) {
        this.file = file;
        this.masters = masters;
        this.dataKeys = dataKeys;
        this.sealers = sealers;
    }

    /** A line with 32 plain bytes, the first of which is this. */
    public static String line(int first) {
        byte[] key = new byte[32];
        key[0] = (byte) first;
        return Base64.getEncoder().encodeToString(key);
    }

    /** The id of the master key on a line. */
    public static String id(String line) {
        return parsed(line).primary().id();
    }

    /** Puts these lines in the place of the file, and the service looks at it at once. */
    public void writes(String... lines) throws IOException {
        puts(lines);
        masters.lookAgain();
    }

    /** Puts these lines in the place of the file and waits until the service has read them. */
    public void writesAndWaits(String... lines) throws Exception {
        puts(lines);
        MasterKeys written = parsed(String.join("\n", lines));
        Eventually.eventually(
                Duration.ofSeconds(20),
                () -> {
                    assertThat(masters.current().primary().id()).isEqualTo(written.primary().id());
                    assertThat(masters.current().ids()).isEqualTo(written.ids());
                });
    }

    private void puts(String... lines) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.write(next, Arrays.asList(lines));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static MasterKeys parsed(String text) {
        return MasterKeyLines.parse(text, new AwsKms(new NoAws())::aead);
    }

    /** As after a start with or without that setting. */
    public void sealsAsBefore(boolean on) {
        sealers.setAsBefore(on);
    }

    /** As after a start: no data key is in memory. */
    public void forgetsDataKeys() {
        dataKeys.forgetAll();
    }

    /** What the version before data keys would have stored, with the first line's key. */
    public static byte[] sealedBefore(String plain, String context) {
        return sealedBefore(plain.getBytes(UTF_8), context);
    }

    /** The same for bytes. */
    public static byte[] sealedBefore(byte[] plain, String context) {
        byte[] nonce = new byte[NONCE];
        new SecureRandom().nextBytes(nonce);
        byte[] sealed = before(Cipher.ENCRYPT_MODE, nonce, plain, context);
        return ByteBuffer.allocate(1 + nonce.length + sealed.length)
                .put((byte) 1)
                .put(nonce)
                .put(sealed)
                .array();
    }

    /** What the version before data keys would have opened, with the first line's key. */
    public static byte[] openedBefore(byte[] sealed, String context) {
        assertThat(sealed[0]).isEqualTo((byte) 1);
        return before(
                Cipher.DECRYPT_MODE,
                Arrays.copyOfRange(sealed, 1, 1 + NONCE),
                Arrays.copyOfRange(sealed, 1 + NONCE, sealed.length),
                context);
    }

    private static byte[] before(int mode, byte[] nonce, byte[] bytes, String context) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    mode, new SecretKeySpec(new byte[32], "AES"), new GCMParameterSpec(128, nonce));
            cipher.updateAAD(("1:" + context).getBytes(UTF_8));
            return cipher.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
