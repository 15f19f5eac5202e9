package io.leasehold.state.tfstate;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.tfstate.StateWrite.Writer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WriteDeciderTest {
    private static final StateHead HEAD = new StateHead(4, "lin", 7, "aa");

    @ParameterizedTest(
            name = "lease sent {0}, held {1}, lock {2}, lineage {3}, serial {4}, md5 {5}: {6}")
    @CsvSource(
            nullValues = "-",
            value = {
                "l1, l1, -, lin,   7, bb, store",
                "l1, l1, -, lin,   8, bb, store",
                "l1, l1, -, lin,   99, aa, store",
                "l1, l1, -, lin,   7, aa, repeated",
                "l1, l1, -, lin,   6, bb, SERIAL_BEHIND kept",
                "l1, l1, -, other, 8, bb, LINEAGE_MISMATCH kept",
                "l1, l2, -, lin,   8, bb, LEASE_LOST kept",
                "l1, l2, -, lin,   7, aa, LEASE_LOST kept",
                "l1, -,  -, lin,   8, bb, LEASE_LOST kept",
                "-,  l1, -, lin,   8, bb, LEASE_LOST kept",
                "-,  -,  -, lin,   8, bb, LEASE_LOST kept",
                "l1, l1, p, lin,   8, bb, LEASE_LOST kept"
            })
    void aRunWritesByItsLease(
            @Nullable String sent,
            @Nullable String held,
            @Nullable String lock,
            String lineage,
            long serial,
            String md5,
            String verdict) {
        Writer run = new Writer.Run("w", sent);

        assertThat(decide(run, held, lock, lineage, serial, md5, HEAD)).isEqualTo(verdict);
    }

    @ParameterizedTest(
            name = "lock sent {0}, held {1}, lease {2}, lineage {3}, serial {4}, md5 {5}: {6}")
    @CsvSource(
            nullValues = "-",
            value = {
                "p1, p1, -,  lin,   8, bb, store",
                "p1, p1, -,  lin,   7, bb, store",
                "p1, p1, -,  lin,   7, aa, repeated",
                "p1, p1, -,  lin,   6, bb, SERIAL_BEHIND",
                "p1, p1, -,  other, 8, bb, LINEAGE_MISMATCH",
                "p1, p2, -,  lin,   8, bb, LOCK_LOST",
                "p1, -,  -,  lin,   8, bb, LOCK_LOST",
                "-,  -,  -,  lin,   8, bb, LOCK_REQUIRED",
                "-,  p1, -,  lin,   8, bb, LOCK_REQUIRED",
                "p1, p1, l1, lin,   8, bb, LOCKED"
            })
    void aPersonWritesByTheLock(
            @Nullable String sent,
            @Nullable String held,
            @Nullable String lease,
            String lineage,
            long serial,
            String md5,
            String verdict) {
        Writer person = new Writer.Person("me", sent, null);

        assertThat(decide(person, lease, held, lineage, serial, md5, HEAD)).isEqualTo(verdict);
    }

    @Test
    void aReasonSkipsTheComparisonButNotTheLock() {
        Writer forced = new Writer.Person("me", "p1", "moved from another backend");

        assertThat(decide(forced, null, "p1", "other", 1, "bb", HEAD)).isEqualTo("store forced");
        assertThat(decide(forced, null, "p1", "lin", 1, "bb", HEAD)).isEqualTo("store forced");
        assertThat(decide(forced, null, "p1", "lin", 8, "bb", HEAD)).isEqualTo("store");
        assertThat(decide(forced, null, "p2", "other", 1, "bb", HEAD)).isEqualTo("LOCK_LOST");
        assertThat(decide(forced, "l1", "p1", "other", 1, "bb", HEAD)).isEqualTo("LOCKED");
    }

    @Test
    void theFirstStateOfAStackHasNothingToFit() {
        assertThat(decide(new Writer.Run("w", "l1"), "l1", null, "any", 0, "bb", null))
                .isEqualTo("store");
        assertThat(decide(new Writer.Person("me", "p1", null), null, "p1", "any", 5, "bb", null))
                .isEqualTo("store");
    }

    private static String decide(
            Writer writer,
            @Nullable String lease,
            @Nullable String lock,
            String lineage,
            long serial,
            String md5,
            @Nullable StateHead head) {
        StateWrite write =
                new StateWrite(
                        new StackRef("t", 1, "s"), writer, lineage, serial, md5, 10, new byte[0]);
        StackHold hold =
                new StackHold(true, lease, "run", "worker", "since", lock, "{}", "me", "since");
        return switch (WriteDecider.decide(write, hold, head)) {
            case WriteVerdict.Store store -> store.forced() ? "store forced" : "store";
            case WriteVerdict.Repeated _ -> "repeated";
            case WriteVerdict.Refuse refuse -> refuse.code() + (refuse.keep() ? " kept" : "");
        };
    }
}
