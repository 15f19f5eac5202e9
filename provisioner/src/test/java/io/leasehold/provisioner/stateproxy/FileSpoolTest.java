package io.leasehold.provisioner.stateproxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.leasehold.ledger.api.StackRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the spool keeps, and how. */
class FileSpoolTest {

    @TempDir Path directory;

    private FileSpool spool() throws IOException {
        return new FileSpool(directory.resolve("spool"), directory.resolve("key"));
    }

    private static Leftover leftover(String runId, int second) {
        return new Leftover(
                runId,
                new StackRef("acme", 2, "database"),
                "lease-" + runId,
                "md5",
                Instant.ofEpochSecond(second));
    }

    @Test
    void whatIsKeptOutlivesTheWorkerOldestFirst() throws Exception {
        spool().keep(leftover("b", 2), "second".getBytes(UTF_8));
        spool().keep(leftover("a", 1), "first".getBytes(UTF_8));

        FileSpool later = spool();

        assertThat(later.leftovers()).containsExactly(leftover("a", 1), leftover("b", 2));
        assertThat(later.read("b").state()).isEqualTo("second".getBytes(UTF_8));
    }

    @Test
    void whatARunWroteWithIsKeptBesideItsStateAndCannotBeReadFromTheDisk() throws Exception {
        Leftover plain = leftover("a", 1);
        spool().keep(
                        new Leftover(
                                "a",
                                plain.stack(),
                                plain.leaseId(),
                                "md5",
                                plain.writtenAt(),
                                "r1ght"),
                        "state".getBytes(UTF_8));
        spool().keep(leftover("b", 2), "state".getBytes(UTF_8));

        assertThat(spool().leftovers().getFirst().credential()).isNull();
        assertThat(spool().read("a").leftover().credential()).isEqualTo("r1ght");
        assertThat(spool().read("a").state()).isEqualTo("state".getBytes(UTF_8));
        assertThat(spool().read("b").leftover().credential()).isNull();
        assertThat(Files.readString(directory.resolve("spool/a.state"), ISO_8859_1))
                .doesNotContain("r1ght");
    }

    @Test
    void aStateThatAVersionBeforeLeftIsReadAsItIs() throws Exception {
        spool().keep(leftover("a", 1), "newer".getBytes(UTF_8));
        SealedFiles files = new SealedFiles(directory.resolve("spool"), directory.resolve("key"));
        String description = new String(files.description("a.state"), UTF_8);
        files.keep(
                "a.state",
                description.replace(",\"withCredential\":true", "").getBytes(UTF_8),
                "older".getBytes(UTF_8));

        assertThat(spool().read("a").state()).isEqualTo("older".getBytes(UTF_8));
        assertThat(spool().read("a").leftover().credential()).isNull();
    }

    @Test
    void aNewerStateOfTheSameRunReplacesTheOlder() throws Exception {
        FileSpool spool = spool();
        spool.keep(leftover("a", 1), "old".getBytes(UTF_8));
        spool.keep(leftover("a", 2), "new".getBytes(UTF_8));

        assertThat(spool.leftovers()).containsExactly(leftover("a", 2));
        assertThat(spool.read("a").state()).isEqualTo("new".getBytes(UTF_8));
    }

    @Test
    void whatIsDiscardedIsGoneAndMayBeDiscardedAgain() throws Exception {
        FileSpool spool = spool();
        spool.keep(leftover("a", 1), "state".getBytes(UTF_8));

        spool.discard("a");
        spool.discard("a");

        assertThat(spool.leftovers()).isEmpty();
    }

    @Test
    void nothingOfTheStateCanBeReadFromTheDisk() throws Exception {
        spool().keep(leftover("a", 1), "s3cret-state".getBytes(UTF_8));

        Path file = directory.resolve("spool/a.state");
        assertThat(new String(Files.readAllBytes(file), UTF_8))
                .contains("acme")
                .doesNotContain("s3cret-state");
        assertThat(Files.getPosixFilePermissions(file))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aChangedDescriptionIsNotBelieved() throws Exception {
        FileSpool spool = spool();
        spool.keep(leftover("a", 1), "state".getBytes(UTF_8));
        Path file = directory.resolve("spool/a.state");
        byte[] bytes = Files.readAllBytes(file);
        int tenant = new String(bytes, ISO_8859_1).indexOf("acme");
        bytes[tenant] = 'A';
        Files.write(file, bytes);

        assertThatIOException()
                .isThrownBy(() -> spool.read("a"))
                .withMessageContaining("key does not fit");
    }

    @Test
    void aBrokenFileHidesNoOther() throws Exception {
        FileSpool spool = spool();
        spool.keep(leftover("a", 1), "state".getBytes(UTF_8));
        Files.write(directory.resolve("spool/broken.state"), new byte[] {1, 2});

        assertThat(spool.leftovers()).containsExactly(leftover("a", 1));
    }

    @Test
    void aKeyOfTheWrongLengthIsRefusedAtStart() throws Exception {
        Files.write(directory.resolve("key"), new byte[16]);

        assertThatIOException().isThrownBy(this::spool).withMessageContaining("32 bytes");
    }
}
