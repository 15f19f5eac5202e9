package io.leasehold.provisioner.sandbox;

import io.leasehold.provisioner.sandbox.RunSpec.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The files of one run on the host: what it is given and what it may write. Made before the run,
 * removed after it. Not for several threads.
 */
final class RunDirectory implements RunFiles {

    private final Path root;
    private final OptionalInt user;
    private final int worker;
    private final Map<String, Path> written = new LinkedHashMap<>();
    private final List<Path> lent = new ArrayList<>();
    private final List<Prepared> mounts = new ArrayList<>();

    private RunDirectory(Path root, OptionalInt user, int worker) {
        this.root = root;
        this.user = user;
        this.worker = worker;
    }

    /** One mount with its source on the host. */
    record Prepared(Path host, String inside, boolean writable) {}

    /**
     * Makes it.
     *
     * @param user who will run in it, when that is not the worker
     */
    static RunDirectory make(Path parent, RunSpec spec, OptionalInt user) throws IOException {
        Path root = Files.createTempDirectory(parent, spec.runId() + "-");
        RunDirectory made = new RunDirectory(root, user, Ownership.ownerOf(root));
        Files.createFile(made.status());
        made.hand(made.status(), "rw-------");
        for (Mount mount : spec.files()) {
            made.add(mount);
        }
        made.hand(root, "rwx------");
        return made;
    }

    private void add(Mount mount) throws IOException {
        switch (mount) {
            case Mount.ReadOnly(Path host, String inside) ->
                    mounts.add(new Prepared(host.toRealPath(), inside, false));
            case Mount.Writable(Path host, String inside) -> {
                if (user.isPresent()) {
                    lent.add(host);
                    Ownership.giveTree(host, user.getAsInt());
                }
                mounts.add(new Prepared(host.toRealPath(), inside, true));
            }
            case Mount.Content(byte[] bytes, String inside) -> {
                Path file = root.resolve("in" + mounts.size());
                Files.createFile(file);
                Ownership.permit(file, "rw-------");
                Files.write(file, bytes);
                hand(file, "r--------");
                mounts.add(new Prepared(file, inside, false));
            }
            case Mount.Result(String name, String inside) -> {
                Path file = root.resolve("out-" + name);
                Files.createFile(file);
                hand(file, "rw-------");
                written.put(name, file);
                mounts.add(new Prepared(file, inside, true));
            }
        }
    }

    /** Permissions first: without CAP_FOWNER nothing can be changed once it is given away. */
    private void hand(Path path, String permissions) throws IOException {
        Ownership.permit(path, permissions);
        if (user.isPresent()) {
            Ownership.give(path, user.getAsInt());
        }
    }

    List<Prepared> mounts() {
        return List.copyOf(mounts);
    }

    @Override
    public Path status() {
        return root.resolve("status");
    }

    @Override
    public Path written(String name) {
        return RunFiles.asked(written.get(name), name);
    }

    /** Takes back what was lent and removes the rest. */
    @Override
    public void remove() throws IOException {
        for (Path path : lent) {
            Ownership.giveTree(path, worker);
        }
        Ownership.remove(root);
    }
}
