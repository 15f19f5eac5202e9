package io.leasehold.provisioner.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.provisioner.ledger.Trouble;
import io.leasehold.provisioner.stateproxy.FileSpool;
import io.leasehold.provisioner.stateproxy.Leftover;
import io.leasehold.provisioner.stateproxy.StateUpstream;
import io.leasehold.provisioner.stateproxy.StateUpstream.StateWrite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What runs left in the spool. */
class SpoolSalvageTest {

    @TempDir Path folder;

    private final List<String> stored = new ArrayList<>();
    private final List<@Nullable String> rights = new ArrayList<>();
    private final Set<String> atWork = new HashSet<>();
    private final List<String> sums = new ArrayList<>();
    private Deed meanwhile = () -> {};
    private StateWrite answer = new StateWrite.Accepted();
    private FileSpool spool;

    @BeforeEach
    void aSpool() throws IOException {
        spool = Deliveries.spool(folder);
    }

    @Test
    void aStateOfARunAtWorkIsNotTouchedUntilTheRunIsOver() throws IOException {
        SpoolSalvage salvage = salvage();
        keep("over", 1);
        keep("at-work", 2);
        atWork.add("at-work");

        salvage.handIn(true);
        assertThat(stored).containsExactly("over");
        assertThat(spool.leftovers()).extracting(Leftover::runId).containsExactly("at-work");

        atWork.clear();
        salvage.handIn(true);
        assertThat(stored).containsExactly("over", "at-work");
        assertThat(spool.leftovers()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Trouble.class,
            names = {"OUTAGE", "FAULT"})
    void whatCannotBeHandedInWaitsForTheNextRound(Trouble trouble) throws IOException {
        SpoolSalvage salvage = salvage();
        keep("one", 1);
        keep("two", 2);
        answer = new StateWrite.Failed(trouble, "HTTP 500");

        assertThat(salvage.handIn(true)).isEqualTo(trouble == Trouble.OUTAGE);
        assertThat(spool.leftovers()).hasSize(2);

        answer = new StateWrite.Accepted();
        salvage.handIn(true);
        assertThat(spool.leftovers()).isEmpty();
    }

    @Test
    void whatTheServiceFailedAtIsTriedOnlyAmongWhatFailed() throws IOException {
        SpoolSalvage salvage = salvage();
        keep("one", 1);
        answer = new StateWrite.Failed(Trouble.FAULT, "HTTP 500");
        salvage.handIn(true);

        salvage.handIn(false);
        assertThat(stored).hasSize(1);

        salvage.handIn(true);
        assertThat(stored).hasSize(2);
    }

    @Test
    void whatMeetsAnOutageIsTriedInEachRoundThoughTheServiceFailedAtItBefore() throws IOException {
        SpoolSalvage salvage = salvage();
        keep("one", 1);
        answer = new StateWrite.Failed(Trouble.FAULT, "HTTP 500");
        salvage.handIn(true);
        answer = new StateWrite.Failed(Trouble.OUTAGE, "refused");
        salvage.handIn(true);

        assertThat(salvage.handIn(false)).as("it waits for the service").isTrue();
        assertThat(stored).hasSize(3);
    }

    @Test
    void aStateThatWasDeliveredSinceItWasListedIsNobodysConcern() throws IOException {
        keep("one", 1);
        keep("two", 2);
        meanwhile = () -> spool.discard("two");

        assertThat(salvage().handIn(true)).isFalse();

        assertThat(stored).containsExactly("one");
    }

    @Test
    void aStateThatItsRunWroteOnceMoreSinceItWasListedIsHandedInAsItIsNow() throws IOException {
        keep("one", 1);
        keep("two", 2);
        meanwhile = () -> spool.keep(leftover("two", 3, "newer"), "newer".getBytes(UTF_8));

        salvage().handIn(true);

        assertThat(stored).containsExactly("one", "newer");
        assertThat(sums).containsExactly("md5 of one", "md5 of newer");
        assertThat(spool.leftovers()).isEmpty();
    }

    @Test
    void aStateThatItsRunWroteWhileTheOneBeforeWasHandedInIsNotForgotten() throws IOException {
        keep("one", 1);
        meanwhile = () -> spool.keep(leftover("one", 2, "newer"), "newer".getBytes(UTF_8));
        SpoolSalvage salvage = salvage();

        salvage.handIn(true);
        assertThat(spool.leftovers()).hasSize(1);

        salvage.handIn(true);
        assertThat(stored).containsExactly("one", "newer");
        assertThat(spool.leftovers()).isEmpty();
    }

    @Test
    void whatTheServiceKeepsAsAnOrphanIsForgottenAndWhatItRefusesIsAskedOnce() throws IOException {
        SpoolSalvage salvage = salvage();
        keep("one", 1);
        answer = new StateWrite.Refused(409, "LEASE_LOST", "another run holds it");
        salvage.handIn(true);
        assertThat(spool.leftovers()).isEmpty();

        keep("two", 2);
        answer = new StateWrite.Refused(413, "STATE_TOO_LARGE", "too large");
        salvage.handIn(true);
        salvage.handIn(true);
        assertThat(stored).containsExactly("one", "two");
        assertThat(spool.leftovers()).hasSize(1);
    }

    @Test
    void anUnreadableStateHoldsUpNoOther() throws IOException {
        keep("broken", 1);
        keep("sound", 2);
        Path broken = folder.resolve("spool").resolve("broken.state");
        byte[] bytes = Files.readAllBytes(broken);
        bytes[bytes.length - 1] ^= 1;
        Files.write(broken, bytes);

        salvage().handIn(true);

        assertThat(stored).containsExactly("sound");
        assertThat(broken).exists();
    }

    @Test
    void isHandedInWithTheRightOfItsRunWhileThatLasts() throws IOException {
        spool.keep(
                new Leftover(
                        "one",
                        new StackRef("acme", 1, "database"),
                        "lease",
                        "md5",
                        Instant.EPOCH,
                        "credential"),
                "one".getBytes(UTF_8));

        assertThat(salvage().handIn(true)).as("nothing waits").isFalse();

        assertThat(rights).containsExactly("credential");
    }

    private SpoolSalvage salvage() {
        return new SpoolSalvage(
                spool,
                access -> {
                    rights.add(access.credential());
                    return new Answering();
                },
                atWork::contains);
    }

    private void keep(String run, long second) throws IOException {
        spool.keep(leftover(run, second, run), run.getBytes(UTF_8));
    }

    private static Leftover leftover(String run, long second, String state) {
        return new Leftover(
                run,
                new StackRef("acme", 1, "database"),
                "lease",
                "md5 of " + state,
                Instant.ofEpochSecond(second));
    }

    /** Of the run itself, while another state is handed in. */
    @FunctionalInterface
    private interface Deed {
        void happen() throws IOException;
    }

    private final class Answering implements StateUpstream {
        @Override
        public StateRead get() {
            return new StateRead.Absent();
        }

        @Override
        public StateWrite post(byte[] state, String contentMd5) {
            stored.add(new String(state, UTF_8));
            sums.add(contentMd5);
            Deed once = meanwhile;
            meanwhile = () -> {};
            try {
                once.happen();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return answer;
        }
    }
}
