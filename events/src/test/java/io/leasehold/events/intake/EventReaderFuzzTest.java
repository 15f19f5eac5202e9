package io.leasehold.events.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.leasehold.events.Golden;
import io.leasehold.events.Header;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spoils sound records at random; whatever comes out, the reader answers. */
class EventReaderFuzzTest {
    private static final int ROUNDS = 4_000;
    private static final String[] SCRAPS = {
        "\"",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "null",
        "1e9",
        "\\u0000",
        "\\ud83d",
        "\u0000",
        "é",
        "ö",
        "-",
        "9".repeat(120),
        "\"lifecycle\":\"deleted\"",
        "true",
        "/",
        "~",
        " ",
        "\uFEFF"
    };

    private final EventReader reader = new EventReader();
    private final List<Golden> seeds = Golden.tenantEvents().toList();

    @ParameterizedTest
    @ValueSource(longs = {1, 20260131, 8_675_309})
    void neverThrows(long seed) {
        Random random = new Random(seed);
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            RawRecord record = spoilt(random);
            int number = round;
            assertThatCode(() -> assertBounded(reader.read(record)))
                    .as(() -> "seed %d round %d value %s".formatted(seed, number, hex(record)))
                    .doesNotThrowAnyException();
            accepted += reader.read(record) instanceof Reading.Accepted ? 1 : 0;
        }
        // Both ends are reached, else the mutations say nothing.
        assertThat(accepted).isBetween(1, ROUNDS - 1);
    }

    private static void assertBounded(Reading reading) {
        switch (reading) {
            case Reading.Accepted(_, String specHash) -> assertThat(specHash).hasSize(64);
            case Reading.Refused refused -> {
                assertThat(refused.reason().getBytes(UTF_8))
                        .isNotEmpty()
                        .hasSizeLessThanOrEqualTo(Reading.Refused.MAX_REASON);
                assertThat(refused.reason()).doesNotContainPattern("[\\x00-\\x1f]");
                assertThat(refused.pointers())
                        .hasSizeLessThanOrEqualTo(Reading.Refused.MAX_POINTERS);
            }
        }
    }

    private RawRecord spoilt(Random random) {
        Golden seed = seeds.get(random.nextInt(seeds.size()));
        byte[] value = seed.bytes();
        for (int i = random.nextInt(4); i > 0; i--) {
            value = mutated(random, value);
        }
        List<Header> headers = new ArrayList<>(seed.headers());
        if (random.nextInt(8) == 0) {
            int at = random.nextInt(headers.size());
            Header old = headers.get(at);
            byte[] text = old.value();
            headers.set(
                    at,
                    new Header(
                            old.name(),
                            text == null || random.nextInt(5) == 0 ? null : mutated(random, text)));
        }
        byte[] key = random.nextInt(20) == 0 ? bytes(random) : seed.key().getBytes(UTF_8);
        return new RawRecord("t", 0, 0, 0, key, random.nextInt(50) == 0 ? null : value, headers);
    }

    private static byte[] mutated(Random random, byte[] value) {
        if (value.length == 0 || random.nextInt(30) == 0) {
            return bytes(random);
        }
        int at = random.nextInt(value.length);
        return switch (random.nextInt(4)) {
            case 0 -> {
                byte[] flipped = value.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
            case 1 ->
                    spliced(value, at, new byte[0], Math.min(value.length, at + random.nextInt(9)));
            case 2 -> spliced(value, at, SCRAPS[random.nextInt(SCRAPS.length)].getBytes(UTF_8), at);
            default -> {
                int end = Math.min(value.length, at + random.nextInt(40));
                byte[] piece = Arrays.copyOfRange(value, at, end);
                yield spliced(value, random.nextInt(value.length), piece, -1);
            }
        };
    }

    /** The value with {@code piece} at {@code at} instead of what stood up to {@code resume}. */
    private static byte[] spliced(byte[] value, int at, byte[] piece, int resume) {
        int from = resume < 0 ? at : resume;
        byte[] out = new byte[at + piece.length + value.length - from];
        System.arraycopy(value, 0, out, 0, at);
        System.arraycopy(piece, 0, out, at, piece.length);
        System.arraycopy(value, from, out, at + piece.length, value.length - from);
        return out;
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String hex(RawRecord record) {
        byte[] value = record.value();
        return value == null ? "null" : HexFormat.of().formatHex(value);
    }
}
