package io.leasehold.provisioner.sandbox;

import io.leasehold.provisioner.sandbox.RunSpec.Mount;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The files of one run that has no root of its own: a directory in which everything is at the place
 * that the spec names, as a link, a copy or a file of the run's. With it stands what the program
 * may read, change, and write to. Made before the run, removed after it.
 */
final class InPlaceFiles implements RunFiles {

    private final Path root;
    private final Path status;
    private final List<Path> readable = new ArrayList<>();
    private final List<Path> changeable = new ArrayList<>();
    private final Map<String, Path> results = new HashMap<>();

    private InPlaceFiles(Path root) {
        this.root = root;
        this.status = root.resolveSibling(root.getFileName() + ".status");
    }

    /** Makes it at {@code root}, in the place of what another run left there. */
    static InPlaceFiles make(Path root, RunSpec spec) throws IOException {
        Ownership.remove(root);
        InPlaceFiles made = new InPlaceFiles(root);
        Files.createDirectory(root);
        Ownership.permit(root, "rwx------");
        Files.deleteIfExists(made.status);
        Files.createFile(made.status);
        made.readable.add(root);
        for (String own : List.of("/tmp", "/home/run")) {
            made.changeable.add(Files.createDirectories(made.at(own)));
        }
        for (Mount mount : spec.files()) {
            made.add(mount, spec.files());
        }
        return made;
    }

    private Path at(String inside) {
        return root.resolve(inside.substring(1));
    }

    private void add(Mount mount, List<Mount> all) throws IOException {
        Path place = at(mount.inside());
        Files.createDirectories(place.getParent());
        switch (mount) {
            case Mount.ReadOnly(Path host, String inside) -> {
                boolean shared = all.stream().noneMatch(other -> isIn(other, inside));
                if (shared) {
                    readable.add(host.toRealPath());
                    Files.createSymbolicLink(place, host.toRealPath());
                } else {
                    copy(host.toRealPath(), place);
                }
            }
            case Mount.Writable(Path host, _) -> {
                readable.add(host.toRealPath());
                changeable.add(host.toRealPath());
                Files.createSymbolicLink(place, host.toRealPath());
            }
            case Mount.Content(byte[] bytes, _) -> {
                Files.createFile(place);
                Ownership.permit(place, "rw-------");
                Files.write(place, bytes);
                Ownership.permit(place, "r--------");
            }
            case Mount.Result(String name, _) -> {
                // A module may have a file there: what is read afterwards is ours.
                Files.deleteIfExists(place);
                Files.createFile(place);
                Ownership.permit(place, "rw-------");
                results.put(name, place);
            }
        }
    }

    private static boolean isIn(Mount other, String inside) {
        return !other.inside().equals(inside) && Path.of(other.inside()).startsWith(inside);
    }

    /** Links are copied as links. */
    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes a)
                            throws IOException {
                        Files.createDirectory(to.resolve(from.relativize(dir)));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes a)
                            throws IOException {
                        Files.copy(
                                file, to.resolve(from.relativize(file)), LinkOption.NOFOLLOW_LINKS);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** What it may read and execute. */
    List<Path> readable() {
        return readable;
    }

    /** Directories in which it may change everything. */
    List<Path> changeable() {
        return changeable;
    }

    /** Files that it may write to, and neither remove nor replace. */
    Iterable<Path> results() {
        return results.values();
    }

    @Override
    public Path status() {
        return status;
    }

    @Override
    public Path written(String name) {
        return RunFiles.asked(results.get(name), name);
    }

    @Override
    public void remove() throws IOException {
        Ownership.remove(root);
        Files.deleteIfExists(status);
    }
}
