package io.leasehold.provisioner.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * What all runs of a worker share on the host: the {@code /etc} they see, the system call filter,
 * and the directories their own files are made in.
 *
 * @param etc seen as {@code /etc}
 * @param seccomp the filter
 * @param runs where run directories are made
 * @param sockets where the doors' sockets are; short, since a socket's path may have 107 bytes
 */
record SandboxRoot(Path etc, Path seccomp, Path runs, Path sockets) {

    private static final Map<String, String> ETC =
            Map.of(
                    "passwd", "run:x:1000:1000::/home/run:/bin/false\n",
                    "group", "run:x:1000:\n",
                    "nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n",
                    "hosts", "127.0.0.1 localhost run\n",
                    // One try: the door answers at once or is gone.
                    "resolv.conf", "nameserver 127.0.0.53\noptions attempts:1\n");

    static SandboxRoot make(SandboxConfig config) throws IOException {
        Path root = Ownership.passage(config.directory().toAbsolutePath());
        Path etc = root.resolve("etc");
        Files.createDirectories(etc.resolve("ssl/certs"));
        for (Path dir : new Path[] {etc, etc.resolve("ssl"), etc.resolve("ssl/certs")}) {
            Ownership.permit(dir, "rwxr-xr-x");
        }
        for (Map.Entry<String, String> file : ETC.entrySet()) {
            publish(etc.resolve(file.getKey()), file.getValue().getBytes(UTF_8));
        }
        if (Files.isReadable(config.caBundle())) {
            publish(
                    etc.resolve("ssl/certs/ca-certificates.crt"),
                    Files.readAllBytes(config.caBundle()));
        }
        Path seccomp = root.resolve("seccomp.bpf");
        publish(seccomp, SeccompFilter.forMachine(System.getProperty("os.arch", "")));
        Path sockets = Ownership.passage(Files.createTempDirectory("leasehold-"));
        sockets.toFile().deleteOnExit();
        return new SandboxRoot(etc, seccomp, runs(root.resolve("runs")), sockets);
    }

    /**
     * This worker's own directory, after those of workers that are gone were removed: a worker that
     * was killed left the inputs of its runs behind.
     */
    private static Path runs(Path all) throws IOException {
        Ownership.passage(all);
        long self = ProcessHandle.current().pid();
        try (DirectoryStream<Path> workers = Files.newDirectoryStream(all)) {
            for (Path worker : workers) {
                String name = worker.getFileName().toString();
                // Our own number was somebody else's before: in a container it is often 1.
                boolean ours = name.equals(Long.toString(self));
                if (ours || (name.matches("[0-9]{1,9}") && !alive(Long.parseLong(name)))) {
                    Ownership.remove(worker);
                }
            }
        }
        return Ownership.passage(all.resolve(Long.toString(self)));
    }

    private static boolean alive(long pid) {
        return ProcessHandle.of(pid).isPresent();
    }

    /** Another worker may be reading the old one: replaced as a whole. */
    private static void publish(Path file, byte[] bytes) throws IOException {
        Path fresh = Files.createTempFile(file.getParent(), ".new-", "");
        Files.write(fresh, bytes);
        Ownership.permit(fresh, "rw-r--r--");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
