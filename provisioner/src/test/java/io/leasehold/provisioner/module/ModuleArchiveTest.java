package io.leasehold.provisioner.module;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.leasehold.provisioner.workshop.Archives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives as people make them, and as attackers do. */
class ModuleArchiveTest {

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // JUnit calls make before each test.
    private Path target;

    private final ModuleArchive archives = new ModuleArchive(10_000, 20);

    @BeforeEach
    void make() throws IOException {
        target = Files.createDirectory(directory.resolve("target"));
    }

    private void refused(byte[] archive, String reason) {
        assertThatExceptionOfType(ModuleArchive.RefusedException.class)
                .isThrownBy(() -> archives.unpack(archive, target))
                .withMessageContaining(reason);
        assertThat(directory).isDirectoryNotContaining(p -> !p.equals(target));
    }

    private static void file(TarArchiveOutputStream tar, String name, byte[] bytes)
            throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    @Test
    void filesAndDirectoriesArePutWhereTheyBelong() throws Exception {
        byte[] archive =
                Archives.of(tar -> {
                    tar.putArchiveEntry(new TarArchiveEntry("./modules/"));
                    tar.closeArchiveEntry();
                    file(tar, "./main.tf", "main".getBytes(UTF_8));
                    file(tar, "modules/a/x.tf", "x".getBytes(UTF_8));
                });

        archives.unpack(archive, target);

        assertThat(target.resolve("main.tf")).hasContent("main");
        assertThat(target.resolve("modules/a/x.tf")).hasContent("x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "a/../../evil", "/etc/evil", "a/..", "..", "a\\..\\evil"})
    void aNameThatLeadsOutIsRefused(String name) throws Exception {
        refused(Archives.of(tar -> file(tar, name, new byte[1])), "leads out");
    }

    @ParameterizedTest
    @ValueSource(
            bytes = {
                TarConstants.LF_SYMLINK,
                TarConstants.LF_LINK,
                TarConstants.LF_CHR,
                TarConstants.LF_BLK,
                TarConstants.LF_FIFO
            })
    void whatIsNeitherFileNorDirectoryIsRefused(byte kind) throws Exception {
        refused(
                Archives.of(tar -> {
                    TarArchiveEntry entry = new TarArchiveEntry("x", kind);
                    entry.setLinkName("/etc/passwd");
                    tar.putArchiveEntry(entry);
                    tar.closeArchiveEntry();
                }),
                "only files and directories");
    }

    @Test
    void tooMuchIsRefused() throws Exception {
        refused(Archives.of(tar -> file(tar, "bomb", new byte[10_001])), "larger than");
        refused(
                Archives.of(tar -> {
                    for (int i = 0; i < 21; i++) {
                        file(tar, "f" + i, new byte[0]);
                    }
                }),
                "more than 20 entries");
    }

    @Test
    void aNameThatOccursTwiceIsRefused() throws Exception {
        refused(
                Archives.of(tar -> {
                    file(tar, "a.tf", new byte[1]);
                    file(tar, "./a.tf", new byte[1]);
                }),
                "occurs twice");
    }

    @Test
    void whatIsNoWholeArchiveIsRefused() throws Exception {
        byte[] whole = Archives.of(Map.of("main.tf", "x".repeat(2000)));

        refused(new byte[] {1, 2, 3}, "not gzip");
        refused(Arrays.copyOf(whole, whole.length / 2), "not a whole tar");
    }
}
