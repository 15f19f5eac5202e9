package io.leasehold.state.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.DoctorView.Finding;
import io.leasehold.ledger.api.DoctorView.Severity;
import io.leasehold.state.doctor.Facts.Clock;
import io.leasehold.state.doctor.Facts.MasterKey;
import io.leasehold.state.doctor.Facts.Partitioned;
import io.leasehold.state.doctor.Facts.Round;
import io.leasehold.state.doctor.Facts.Shard;
import io.leasehold.state.doctor.Facts.Since;
import io.leasehold.state.schema.SchemaLevels.Levels;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DoctorDeciderTest {
    private static final Duration S1 = Duration.ofSeconds(1);
    private static final Duration M5 = Duration.ofMinutes(5);
    private static final Duration H1 = Duration.ofHours(1);
    private static final Duration D1 = Duration.ofDays(1);
    private static final Duration D9 = Duration.ofDays(9);
    private static final DoctorDecider.Limits LIMITS =
            new DoctorDecider.Limits(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    M5,
                    Duration.ofMinutes(10),
                    D1,
                    Duration.ofDays(7),
                    1000,
                    100);

    /** A system on which nothing is wrong, to spoil one thing of. */
    private record Sound(
            Facts.Machine machine,
            List<MasterKey> keys,
            boolean rotating,
            Clock clock,
            Levels levels,
            long bytes,
            Facts.@Nullable Work work) {
        static final Sound ALL =
                new Sound(
                        new Facts.Machine(D9, "/tmp", 1000),
                        List.of(
                                new MasterKey("first", true, true, true, true),
                                new MasterKey("unused", false, true, true, false)),
                        false,
                        new Clock(Duration.ofSeconds(-5), Duration.ofSeconds(30)),
                        new Levels(17, 17, 14),
                        90,
                        goesOn(w -> w));

        Facts facts() {
            return new Facts(
                    machine,
                    new Facts.Keys(keys, rotating),
                    new Facts.Ledger(clock, levels, bytes, work));
        }

        Sound keys(boolean rotates, MasterKey... given) {
            return new Sound(machine, List.of(given), rotates, clock, levels, bytes, work);
        }

        Sound clock(Duration ahead, Duration pulse) {
            return new Sound(machine, keys, rotating, new Clock(ahead, pulse), levels, bytes, work);
        }

        Sound levels(int own, @Nullable Integer level, @Nullable Integer floor) {
            return new Sound(
                    machine, keys, rotating, clock, new Levels(own, level, floor), bytes, work);
        }

        Sound bytes(long size) {
            return new Sound(machine, keys, rotating, clock, levels, size, work);
        }

        Sound machine(Duration up, long free) {
            return new Sound(
                    new Facts.Machine(up, "/tmp", free),
                    keys,
                    rotating,
                    clock,
                    levels,
                    bytes,
                    work);
        }

        Sound work(Facts.Work other) {
            return new Sound(machine, keys, rotating, clock, levels, bytes, other);
        }
    }

    private static Facts.Work goesOn(UnaryOperator<Facts.Work> spoilt) {
        return spoilt.apply(
                new Facts.Work(
                        List.of(),
                        List.of(),
                        List.of(new Shard(1, true, "p", M5)),
                        List.of(since(S1), since(D1.plus(D1))),
                        List.of(),
                        List.of(),
                        List.of(new Round("runs", D1)),
                        List.of(new Partitioned("audit", Duration.ofDays(7), false)),
                        List.of(),
                        List.of()));
    }

    private static Since since(Duration age) {
        return new Since("acme/1/db", "me", age);
    }

    private static Sound leases(List<Since> leases, List<Since> locks) {
        return Sound.ALL.work(
                goesOn(w ->
                        new Facts.Work(
                                leases,
                                locks,
                                w.shards(),
                                w.workers(),
                                w.holds(),
                                w.breakers(),
                                w.rounds(),
                                w.tables(),
                                w.letters(),
                                w.failed())));
    }

    private static Sound shards(Shard... shards) {
        return Sound.ALL.work(
                goesOn(w ->
                        new Facts.Work(
                                w.leases(),
                                w.personsLocks(),
                                List.of(shards),
                                w.workers(),
                                w.holds(),
                                w.breakers(),
                                w.rounds(),
                                w.tables(),
                                w.letters(),
                                w.failed())));
    }

    private static Sound workers(Since... workers) {
        return Sound.ALL.work(
                goesOn(w ->
                        new Facts.Work(
                                w.leases(),
                                w.personsLocks(),
                                w.shards(),
                                List.of(workers),
                                w.holds(),
                                w.breakers(),
                                w.rounds(),
                                w.tables(),
                                w.letters(),
                                w.failed())));
    }

    private static Sound upkeep(List<String> holds, Round round, Partitioned table) {
        return Sound.ALL.work(
                goesOn(w ->
                        new Facts.Work(
                                w.leases(),
                                w.personsLocks(),
                                w.shards(),
                                w.workers(),
                                holds,
                                w.breakers(),
                                List.of(round),
                                List.of(table),
                                w.letters(),
                                w.failed())));
    }

    private static Sound breakers(Since... breakers) {
        return Sound.ALL.work(
                goesOn(w ->
                        new Facts.Work(
                                w.leases(),
                                w.personsLocks(),
                                w.shards(),
                                w.workers(),
                                w.holds(),
                                List.of(breakers),
                                w.rounds(),
                                w.tables(),
                                w.letters(),
                                w.failed())));
    }

    private static Sound failures(List<Since> letters, List<String> failed) {
        return Sound.ALL.work(
                goesOn(w ->
                        new Facts.Work(
                                w.leases(),
                                w.personsLocks(),
                                w.shards(),
                                w.workers(),
                                w.holds(),
                                w.breakers(),
                                w.rounds(),
                                w.tables(),
                                letters,
                                failed)));
    }

    private static final Round IN_TIME = new Round("runs", H1);
    private static final Partitioned AHEAD = new Partitioned("audit", D9, false);

    static Stream<Arguments> cases() {
        Sound sound = Sound.ALL;
        return Stream.of(
                wrong("nothing", sound),
                wrong("little space", sound.machine(D9, 999), "ERROR TEMP_SPACE_LOW"),
                wrong(
                        "unknown key",
                        sound.keys(false, key(true, false, false)),
                        "ERROR MASTER_KEY_MISSING"),
                wrong(
                        "key does not work",
                        sound.keys(false, key(true, true, false)),
                        "ERROR MASTER_KEY_FAILS"),
                wrong(
                        "key not first",
                        sound.keys(false, key(true, true, true)),
                        "WARNING MASTER_KEY_RETIRED"),
                wrong("key not first, rotating", sound.keys(true, key(true, true, true))),
                wrong(
                        "clock ahead",
                        sound.clock(Duration.ofMillis(5001), S1),
                        "WARNING CLOCK_DIFFERS"),
                wrong(
                        "clock behind",
                        sound.clock(Duration.ofMillis(-5001), S1),
                        "WARNING CLOCK_DIFFERS"),
                wrong(
                        "no pulse",
                        sound.clock(S1, Duration.ofMillis(30_001)),
                        "ERROR PULSE_STOPPED"),
                wrong("newer schema", sound.levels(17, 18, 14), "WARNING SCHEMA_NEWER"),
                wrong("too new schema", sound.levels(17, 18, 18), "ERROR SCHEMA_TOO_NEW"),
                wrong("too old schema", sound.levels(17, 16, 14), "ERROR SCHEMA_TOO_OLD"),
                wrong("no schema", sound.levels(17, null, null), "ERROR SCHEMA_MISSING"),
                wrong("large", sound.bytes(91), "WARNING DATABASE_LARGE"),
                wrong("stuck lease", leases(List.of(since(H1)), List.of()), "ERROR LEASE_STUCK"),
                wrong(
                        "old lock",
                        leases(List.of(), List.of(since(D9))),
                        "WARNING PERSONS_LOCK_OLD"),
                wrong(
                        "outbox lags",
                        shards(new Shard(2, true, "p", M5.plusMillis(1))),
                        "ERROR OUTBOX_LAGS"),
                wrong(
                        "outbox waits for nobody",
                        shards(new Shard(2, true, null, H1)),
                        "ERROR OUTBOX_LAGS"),
                wrong("no outbox", shards()),
                wrong(
                        "rows in a shard that is none",
                        shards(new Shard(2, false, null, H1)),
                        "ERROR OUTBOX_STRAY"),
                wrong("no worker ever", workers(), "WARNING NO_WORKER"),
                wrong("all silent", workers(since(H1), since(D9)), "WARNING NO_WORKER"),
                wrong("one silent", workers(since(S1), since(H1)), "WARNING WORKER_SILENT"),
                wrong("one long gone", workers(since(S1), since(D9))),
                wrong(
                        "a hold",
                        upkeep(List.of("acme/1/db (BY_HAND by me)"), IN_TIME, AHEAD),
                        "WARNING HOLD_WITHOUT_END"),
                wrong("a breaker", breakers(since(H1)), "WARNING BREAKER_OPEN"),
                wrong(
                        "late",
                        upkeep(List.of(), new Round("runs", D1.plus(S1)), AHEAD),
                        "WARNING RETENTION_LAGS"),
                wrong(
                        "never a round",
                        upkeep(List.of(), new Round("runs", null), AHEAD),
                        "WARNING RETENTION_LAGS"),
                wrong(
                        "just started",
                        upkeep(List.of(), new Round("runs", null), AHEAD).machine(H1, 1000)),
                wrong(
                        "no partition",
                        upkeep(List.of(), IN_TIME, new Partitioned("audit", D1, false)),
                        "WARNING PARTITION_MISSING"),
                wrong(
                        "rows in no partition",
                        upkeep(List.of(), IN_TIME, new Partitioned("audit", D9, true)),
                        "WARNING PARTITION_REST"),
                wrong(
                        "an open letter",
                        failures(List.of(new Since("l1", "EVENT", H1)), List.of()),
                        "WARNING DEAD_LETTERS_OPEN"),
                wrong(
                        "a failed stack",
                        failures(List.of(new Since("l1", "RUN", H1)), List.of("acme/1/db (AUTHZ)")),
                        "WARNING STACKS_FAILED",
                        "WARNING DEAD_LETTERS_OPEN"));
    }

    private static MasterKey key(boolean wraps, boolean known, boolean works) {
        return new MasterKey("old", false, known, works, wraps);
    }

    private static Arguments wrong(String what, Sound system, String... found) {
        return Arguments.of(what, system.facts(), List.of(found));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void whatIsWrongAndHowBadItIs(String what, Facts facts, List<String> found) {
        List<Finding> findings = DoctorDecider.decide(facts, LIMITS);

        assertThat(findings)
                .extracting(each -> each.severity() + " " + each.code())
                .isEqualTo(found);
        assertThat(findings)
                .allSatisfy(each -> {
                    assertThat(each.what()).endsWith(".").doesNotContain("null", "PT", "  ");
                    assertThat(each.remedy()).isNotBlank().doesNotContain("null", "  ");
                });
    }

    @Test
    void withoutItsDatabaseItSaysSoAndStillLooksAtItsOwn() {
        Facts facts =
                new Facts(
                        new Facts.Machine(D9, "/tmp", 0),
                        new Facts.Keys(List.of(key(false, true, false)), false),
                        null);

        assertThat(DoctorDecider.decide(facts, LIMITS))
                .extracting(Finding::code)
                .containsExactly("TEMP_SPACE_LOW", "MASTER_KEY_FAILS", "DATABASE_AWAY");
    }

    @Test
    void theWorstComesFirst() {
        Facts facts = Sound.ALL.clock(H1, H1).work(goesOn(w -> w)).machine(D9, 0).facts();

        assertThat(DoctorDecider.decide(facts, LIMITS))
                .extracting(Finding::severity)
                .containsExactly(Severity.ERROR, Severity.ERROR, Severity.WARNING);
    }

    @Test
    void manyThingsAreNotAllNamed() {
        List<Since> five = List.of(since(H1), since(H1), since(H1), since(H1), since(H1));

        assertThat(DoctorDecider.decide(leases(five, List.of()).facts(), LIMITS).getFirst().what())
                .contains("acme/1/db (me, 1 h 0 min)")
                .endsWith(", and 2 more.");
    }

    @Test
    void openLettersAreCountedAsFarAsTheyWereLookedAt() {
        Since letter = new Since("l1", "RUN", H1);

        assertThat(letters(Collections.nCopies(2, letter)))
                .contains("open, 2, the oldest first: l1 (RUN, 1 h 0 min), l1");
        assertThat(letters(Collections.nCopies(DoctorRows.MOST, letter)))
                .contains("open, 20 or more, ");
    }

    private static String letters(List<Since> all) {
        return DoctorDecider.decide(failures(all, List.of()).facts(), LIMITS).getFirst().what();
    }
}
