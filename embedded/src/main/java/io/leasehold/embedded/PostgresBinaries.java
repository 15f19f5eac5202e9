package io.leasehold.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * The Postgres programs from the class path, unpacked once into the cache, and a freshly
 * initialised data directory to copy from, since {@code initdb} is the slow part of a first start.
 * Several JVMs may prepare them at the same time: each works in a folder of its own and the first
 * one wins.
 */
final class PostgresBinaries {
    private static final String ARCHIVE = "/postgres-linux-x86_64.txz";
    private static final int OWNER_EXECUTES = 0100;
    private static final long TOOL_SECONDS = 60;

    private final Path home;
    private final List<String> launcher;

    private PostgresBinaries(Path home, List<String> launcher) {
        this.home = home;
        this.launcher = List.copyOf(launcher);
    }

    /** Unpacks what is not there yet. */
    static PostgresBinaries prepare(Path cache) {
        Path home = cache.resolve("postgres").resolve(version());
        if (!Files.isDirectory(home)) {
            Path next = unique(home);
            unpack(next);
            LocalFiles.publish(next, home);
        }
        return new PostgresBinaries(home, launcher());
    }

    /**
     * What stands before each program. Postgres refuses to run as root; in a user namespace without
     * a mapping root is nobody to Postgres, and still the owner of the files to the kernel.
     */
    List<String> launcherPrefix() {
        return launcher;
    }

    String program(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    /**
     * Fills an empty place with an initialised data directory and sets the superuser's password.
     */
    void initialise(Path dataDirectory, String password) {
        Path template = home.resolveSibling(home.getFileName() + "-initialised");
        if (!Files.isDirectory(template)) {
            Path next = unique(template);
            initdb(next);
            LocalFiles.publish(next, template);
        }
        Path next = unique(dataDirectory);
        LocalFiles.copyTree(template, next);
        // The template may have been copied from another machine or account; Postgres minds.
        LocalFiles.closeToOthers(next);
        setPassword(next, password);
        LocalFiles.publish(next, dataDirectory);
    }

    private void initdb(Path directory) {
        run(
                "",
                program("initdb"),
                "--pgdata=" + directory,
                "--username=" + EmbeddedPostgres.SUPERUSER,
                "--auth=scram-sha-256",
                // Nobody can log in until a copy gets its own password.
                "--pwfile=/proc/sys/kernel/random/uuid",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-locale");
    }

    private void setPassword(Path directory, String password) {
        String statement =
                "ALTER ROLE \"%s\" PASSWORD '%s'\n"
                        .formatted(EmbeddedPostgres.SUPERUSER, password.replace("'", "''"));
        run(statement, program("postgres"), "--single", "-D", directory.toString(), "postgres");
    }

    private void run(String input, String... command) {
        List<String> line = new ArrayList<>(launcher);
        line.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        try {
            Path output = Files.createTempFile("leasehold-postgres", ".log");
            builder.redirectOutput(output.toFile());
            builder.environment().put("LC_ALL", "C.UTF-8");
            Process process = builder.start();
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            boolean done = process.waitFor(TOOL_SECONDS, TimeUnit.SECONDS);
            if (!done || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new StartFailedException(failure(command[0], output));
            }
            Files.delete(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailedException("interrupted while preparing Postgres", e);
        }
    }

    private static String failure(String program, Path output) {
        return "Postgres cannot be prepared: %s failed:%n%s"
                .formatted(program, String.join("\n", LocalFiles.tail(output, 10)));
    }

    private static Path unique(Path name) {
        Path parent = name.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("a folder needs a parent: " + name);
        }
        try {
            Files.createDirectories(parent);
            Path made = Files.createTempDirectory(parent, "." + name.getFileName() + "-");
            // Copying wants to make the folder itself, initdb accepts an empty one.
            Files.delete(made);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String version() {
        try (InputStream in = PostgresBinaries.class.getResourceAsStream("postgres.version")) {
            if (in == null) {
                throw new StartFailedException("postgres.version is missing from the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void unpack(Path home) {
        try (InputStream raw = PostgresBinaries.class.getResourceAsStream(ARCHIVE)) {
            if (raw == null) {
                throw new StartFailedException(
                        "no Postgres for this machine on the class path: " + ARCHIVE);
            }
            Files.createDirectories(home);
            try (TarArchiveInputStream tar =
                    new TarArchiveInputStream(
                            new XZCompressorInputStream(new BufferedInputStream(raw)))) {
                for (TarArchiveEntry entry = tar.getNextEntry();
                        entry != null;
                        entry = tar.getNextEntry()) {
                    place(entry, tar, home);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void place(TarArchiveEntry entry, InputStream content, Path home)
            throws IOException {
        Path target = home.resolve(entry.getName()).normalize();
        if (!target.startsWith(home)) {
            throw new IOException("archive entry outside its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Path parent = target.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(content, target, StandardCopyOption.REPLACE_EXISTING);
        if ((entry.getMode() & OWNER_EXECUTES) != 0 && !target.toFile().setExecutable(true)) {
            throw new IOException("cannot make executable: " + target);
        }
    }

    private static List<String> launcher() {
        return "root".equals(System.getProperty("user.name"))
                ? List.of("unshare", "-U", "--")
                : List.of();
    }
}
