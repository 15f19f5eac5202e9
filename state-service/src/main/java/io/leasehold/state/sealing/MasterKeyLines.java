package io.leasehold.state.sealing;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeyStatus;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Reads the text of a master key file: on each line 32 bytes in Base64, a Tink keyset as JSON, or
 * the URI of a key in a KMS. The first line wraps, all unwrap. A text that is one keyset and begins
 * with a brace on a line of its own may have line breaks. Lines that are empty or begin with # do
 * not count.
 *
 * <p>For one reading.
 */
final class MasterKeyLines {
    private final Function<String, Aead> kms;
    private final List<MasterKey> primaries = new ArrayList<>();
    private final List<MasterKey> all = new ArrayList<>();
    private final List<OldScheme> plain = new ArrayList<>();

    private MasterKeyLines(Function<String, Aead> kms) {
        this.kms = kms;
    }

    /**
     * The keys of such a text.
     *
     * @param kms gives the key of a URI; refuses with an IllegalArgumentException
     * @throws IllegalArgumentException naming the line, never what stands in it
     */
    static MasterKeys parse(String text, Function<String, Aead> kms) {
        MasterKeyLines lines = new MasterKeyLines(kms);
        List<String> each = text.lines().map(String::strip).toList();
        if (!each.isEmpty() && each.getFirst().equals("{")) {
            each = List.of(text);
        }
        for (int i = 0; i < each.size(); i++) {
            if (!each.get(i).isEmpty() && !each.get(i).startsWith("#")) {
                lines.add(each.get(i), i + 1);
            }
        }
        if (lines.primaries.isEmpty()) {
            throw new IllegalArgumentException("it holds no key");
        }
        return new MasterKeys(lines.primaries.getFirst(), lines.all, lines.plain);
    }

    private void add(String line, int number) {
        try {
            if (line.startsWith("{")) {
                keyset(line);
            } else if (line.startsWith(AwsKms.PREFIX)) {
                add(List.of(new MasterKey(line, kms.apply(line), true)), 0);
            } else {
                OldScheme key = new OldScheme(Base64.getDecoder().decode(line));
                plain.add(key);
                add(List.of(key.masterKey()), 0);
            }
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            // Whatever the parsers say may quote what they read.
            throw new IllegalArgumentException(
                    "line "
                            + number
                            + " is neither 32 bytes in Base64, nor a Tink keyset of AEAD keys in"
                            + " JSON, nor "
                            + AwsKms.PREFIX
                            + "arn:aws:kms:<region>:<account>:key/<id>");
        }
    }

    private void add(List<MasterKey> keys, int primary) {
        primaries.add(keys.get(primary));
        all.addAll(keys);
    }

    private void keyset(String json) throws GeneralSecurityException {
        AeadConfig.register();
        KeysetHandle keyset =
                TinkJsonProtoKeysetFormat.parseKeyset(json, InsecureSecretKeyAccess.get());
        Aead aead = keyset.getPrimitive(RegistryConfiguration.get(), Aead.class);
        List<KeysetHandle.Entry> enabled =
                IntStream.range(0, keyset.size())
                        .mapToObj(keyset::getAt)
                        .filter(entry -> entry.getStatus().equals(KeyStatus.ENABLED))
                        .toList();
        int primary = enabled.stream().map(KeysetHandle.Entry::isPrimary).toList().indexOf(true);
        add(
                enabled.stream()
                        .map(entry -> Integer.toUnsignedString(entry.getId()))
                        .map(id -> new MasterKey("tink-" + id, aead, false))
                        .toList(),
                primary);
    }
}
