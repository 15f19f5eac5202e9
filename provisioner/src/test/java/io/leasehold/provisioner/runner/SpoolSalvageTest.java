package io.leasehold.provisioner.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.ledger.SilentLedger;
import io.leasehold.provisioner.stateproxy.FileSpool;
import io.leasehold.provisioner.stateproxy.Leftover;
import io.leasehold.provisioner.stateproxy.StateUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an earlier boot left in the spool. */
class SpoolSalvageTest {

    @TempDir Path folder;

    private final List<String> stored = new ArrayList<>();
    private final Ledger ledger = new Ledger(new SilentLedger());
    private FileSpool spool;

    @BeforeEach
    void aSpool() throws IOException {
        spool = new FileSpool(folder.resolve("spool"), folder.resolve("key"));
    }

    @Test
    void aStateOfARunThatBeganSinceIsNotTouched() throws IOException {
        keep("earlier", 1);
        SpoolSalvage salvage = salvage();
        keep("at-work", 2);

        salvage.handIn();

        assertThat(stored).containsExactly("earlier");
        assertThat(spool.leftovers()).extracting(Leftover::runId).containsExactly("at-work");
    }

    @Test
    void anUnreadableStateHoldsUpNoOther() throws IOException {
        keep("broken", 1);
        keep("sound", 2);
        Path broken = folder.resolve("spool").resolve("broken.state");
        byte[] bytes = Files.readAllBytes(broken);
        bytes[bytes.length - 1] ^= 1;
        Files.write(broken, bytes);

        salvage().handIn();

        assertThat(stored).containsExactly("sound");
        assertThat(broken).exists();
    }

    private SpoolSalvage salvage() throws IOException {
        return new SpoolSalvage(spool, _ -> new Accepting(), ledger);
    }

    private void keep(String run, long second) throws IOException {
        spool.keep(
                new Leftover(
                        run,
                        new StackRef("acme", 1, "database"),
                        "lease",
                        "md5",
                        Instant.ofEpochSecond(second)),
                run.getBytes(UTF_8));
    }

    private final class Accepting implements StateUpstream {
        @Override
        public StateRead get() {
            return new StateRead.Absent();
        }

        @Override
        public StateWrite post(byte[] state, String contentMd5) {
            stored.add(new String(state, UTF_8));
            return new StateWrite.Accepted();
        }
    }
}
