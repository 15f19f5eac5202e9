package io.leasehold.provisioner.stateproxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That files are on the disk when it is said that they are, and under their names only then. */
class SealedFilesTest {

    @TempDir Path directory;

    private final List<Forced> forced = new ArrayList<>();

    /** What was forced to the disk, of what size, and which names the spool had at that moment. */
    private record Forced(Path path, long size, List<String> names) {}

    private SealedFiles files() throws IOException {
        return new SealedFiles(spool(), key(), this::force);
    }

    private Path spool() {
        return directory.resolve("spool");
    }

    private Path key() {
        return directory.resolve("secrets/key");
    }

    private void force(Path path, FileChannel open) throws IOException {
        forced.add(new Forced(path, open.size(), names()));
    }

    private List<String> names() throws IOException {
        try (var all = Files.list(spool())) {
            return all.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .toList();
        }
    }

    @Test
    void whatIsKeptIsOnTheDiskWholeBeforeItHasItsNameAndItsNameIsBeforeItIsSaid() throws Exception {
        Files.createDirectory(key().getParent());
        SealedFiles files = files();
        forced.clear();

        files.keep("a.state", "description".getBytes(UTF_8), "content".getBytes(UTF_8));

        long whole = Files.size(spool().resolve("a.state"));
        assertThat(forced).hasSize(2);
        assertThat(forced.getFirst().path().getFileName().toString()).startsWith(".new-");
        assertThat(forced.getFirst().size()).isEqualTo(whole);
        assertThat(forced.getFirst().names()).isEmpty();
        assertThat(forced.getLast().path()).isEqualTo(spool());
        assertThat(forced.getLast().names()).containsExactly("a.state");
    }

    @Test
    void theKeyIsOnTheDiskBeforeAnythingIsSealedWithIt() throws Exception {
        Files.createDirectory(key().getParent());

        files();

        assertThat(forced).extracting(Forced::size).first().isEqualTo(32L);
        assertThat(forced)
                .extracting(each -> each.path().getParent())
                .containsExactly(key().getParent(), directory);
    }
}
