package io.leasehold.provisioner.module;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Templates as directories named by module digest and fingerprint. One is built beside them and
 * published by a rename: it is there whole or not at all, and of several workers on one machine the
 * first wins. Shared; any thread.
 */
@Singleton
public final class TemplateStore implements Templates {

    private static final Logger LOGGER = Logger.getLogger(TemplateStore.class);

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    /**
     * The hashes of a provider, or of none. They are checked once, here; leaving them in would have
     * every run read every provider's bytes again, from a mirror that no run can write to.
     */
    private static final Pattern HASHES = Pattern.compile("(?s)\\n\\s*hashes\\s*=\\s*\\[.*?\\]");

    private static final String LOCK_FILE = ".terraform.lock.hcl";

    private static final String PLATFORM_FILE = "leasehold_platform_override.tofu";

    /** Whatever the module says, states go through the run's own proxy. */
    private static final String PLATFORM_TEXT = "terraform {\n  backend \"http\" {}\n}\n";

    private final ModuleConfig config;
    private final ModuleSource source;
    private final ModuleInitialiser initialiser;
    private final Map<String, ReentrantLock> building = new ConcurrentHashMap<>();
    private final Map<String, TemplateResult> known = new ConcurrentHashMap<>();

    /** With its directory, where archives come from, and who initialises. */
    @Inject
    public TemplateStore(ModuleConfig config, ModuleSource source, ModuleInitialiser initialiser) {
        this.config = config;
        this.source = source;
        this.initialiser = initialiser;
    }

    @Override
    public TemplateResult of(String moduleDigest) throws InterruptedException {
        if (!DIGEST.matcher(moduleDigest).matches()) {
            throw new IllegalArgumentException("not a SHA-256 in hex: " + moduleDigest);
        }
        TemplateResult before = known.get(moduleDigest);
        if (before != null) {
            return before;
        }
        ReentrantLock lock = building.computeIfAbsent(moduleDigest, _ -> new ReentrantLock());
        lock.lockInterruptibly();
        try {
            TemplateResult meanwhile = known.get(moduleDigest);
            return meanwhile == null ? findOrBuild(moduleDigest) : meanwhile;
        } catch (IOException e) {
            // The archive is in memory by then: what fails is this machine's.
            LOGGER.errorf(
                    "a template cannot be made on this worker moduleDigest=%s reason=%s",
                    moduleDigest, e);
            return new TemplateResult.Failed(Blame.WORKER, e.toString());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean known(String moduleDigest) {
        return known.containsKey(moduleDigest);
    }

    private TemplateResult findOrBuild(String digest) throws IOException, InterruptedException {
        Files.createDirectories(config.templates());
        Path place = config.templates().resolve(digest + "-" + initialiser.fingerprint());
        TemplateResult result =
                Files.isDirectory(place)
                        ? new TemplateResult.Ready(template(place, digest))
                        : build(digest, place);
        if (!(result instanceof TemplateResult.Failed)) {
            known.put(digest, result);
        }
        return result;
    }

    private Template template(Path place, String digest) throws IOException, InterruptedException {
        Path lock = place.resolve(LOCK_FILE);
        byte[] locked = Files.exists(lock) ? Files.readAllBytes(lock) : new byte[0];
        return new Template(place, digest, ModuleArchive.digest(locked), initialiser.tofuVersion());
    }

    private TemplateResult build(String digest, Path place)
            throws IOException, InterruptedException {
        byte[] archive;
        try {
            archive = source.archive(digest);
        } catch (IOException e) {
            return new TemplateResult.Failed(Blame.UNKNOWN, e.toString());
        }
        if (!ModuleArchive.digest(archive).equals(digest)) {
            return new TemplateResult.Failed(
                    Blame.UNKNOWN, "the archive's bytes are not those of its digest");
        }
        Path work = Files.createTempDirectory(config.templates(), ".build-");
        try {
            // Whoever initialises may be another user, who must get as far as the module.
            Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwx--x--x"));
            Path root = Files.createDirectory(work.resolve("root"));
            Optional<TemplateResult> refusal = unpack(archive, root);
            if (refusal.isPresent()) {
                return refusal.get();
            }
            prepare(root);
            ModuleInitialiser.Outcome outcome =
                    initialiser.initialise("init-" + digest.substring(0, 12), root);
            if (outcome instanceof ModuleInitialiser.Outcome.Failed(Blame blame, String reason)) {
                return new TemplateResult.Failed(blame, reason);
            }
            stripHashes(root.resolve(LOCK_FILE));
            publish(root, place);
            LOGGER.infof("template made moduleDigest=%s", digest);
            return new TemplateResult.Ready(template(place, digest));
        } finally {
            remove(work);
        }
    }

    private Optional<TemplateResult> unpack(byte[] archive, Path root) throws IOException {
        try {
            new ModuleArchive(config.unpackedSize().asLongValue(), config.entries())
                    .unpack(archive, root);
        } catch (ModuleArchive.RefusedException e) {
            return refused("the archive is refused: " + e.getMessage());
        }
        return ModuleInspector.refusal(root).flatMap(TemplateStore::refused);
    }

    private static Optional<TemplateResult> refused(String reason) {
        return Optional.of(new TemplateResult.Refused("MODULE_REFUSED", reason));
    }

    /** Adds what the platform adds to every module. */
    private static void prepare(Path root) throws IOException {
        Files.writeString(root.resolve(PLATFORM_FILE), PLATFORM_TEXT);
        // A place for a run to mount its own over: tofu opens it in place when it must.
        Files.createFile(root.resolve("errored.tfstate"));
        stripHashes(root.resolve(LOCK_FILE));
    }

    private static void stripHashes(Path lock) throws IOException {
        if (Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS)) {
            String text = Files.readString(lock);
            Files.writeString(lock, HASHES.matcher(text).replaceAll(""), StandardCharsets.UTF_8);
        }
    }

    private static void publish(Path root, Path place) throws IOException {
        readOnly(root);
        try {
            Files.move(root, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            LOGGER.debugf("another worker was first template=%s", place.getFileName());
        } catch (FileSystemException e) {
            if (!Files.isDirectory(place)) {
                throw e;
            }
        }
    }

    private static void readOnly(Path root) throws IOException {
        walk(
                root,
                (path, directory) ->
                        Files.setPosixFilePermissions(
                                path,
                                PosixFilePermissions.fromString(
                                        directory ? "rwxr-xr-x" : "r--r--r--")));
    }

    private static void remove(Path root) {
        try {
            Files.walkFileTree(
                    root,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes a)
                                throws IOException {
                            Files.delete(file);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
                                throws IOException {
                            Files.delete(dir);
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            LOGGER.warnf("a build directory stays reason=%s", e.toString());
        }
    }

    /** Does something to everything below that is not a link. */
    private interface Visit {
        void visit(Path path, boolean directory) throws IOException;
    }

    private static void walk(Path root, Visit visit) throws IOException {
        try (var paths = Files.walk(root)) {
            for (Path path : paths.toList()) {
                if (!Files.isSymbolicLink(path)) {
                    visit.visit(path, Files.isDirectory(path));
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
