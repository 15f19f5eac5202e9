package io.leasehold.provisioner.attacks;

import io.leasehold.provisioner.sandbox.Rights;
import io.leasehold.provisioner.workshop.Tools;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What attackers are after, laid out on this machine: files, sockets and a process, all of the
 * test's own.
 */
final class Bait implements AutoCloseable {

    /** Of the host; what a sandbox without a root of its own shows of them is below this. */
    private static final String HOST = "/host";

    /** Paths, which are elsewhere in a sandbox that shows them. */
    private final Map<String, String> paths = new HashMap<>();

    private final Map<String, String> values = new HashMap<>();
    private final ServerSocket loopback;
    private final ServerSocketChannel engine;
    private final Process holder;

    /** Laid out in a directory that others may walk through. */
    Bait(Path directory) throws IOException {
        file(directory, "secret", "rw-------", "kafka password");
        file(directory, "token", "rw-r--r--", "service account");
        Path other = Files.createDirectory(directory.resolve("other"));
        Files.writeString(other.resolve("state"), "of another tenant");
        permit(other, "rwx------");
        paths.put("other", other.toString());
        paths.put("passwords", "/etc/shadow");
        paths.put("cgroup", rootControlGroup().toString());
        engine = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        Path socket = directory.resolve("engine.sock");
        engine.bind(UnixDomainSocketAddress.of(socket));
        permit(socket, "rwxrwxrwx");
        paths.put("engine", socket.toString());
        loopback = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        values.put("loopback", "127.0.0.1:" + loopback.getLocalPort());
        values.put("environment", "PATH=" + System.getenv("PATH"));
        values.put("worker", Long.toString(ProcessHandle.current().pid()));
        String name = "attacked-" + UUID.randomUUID();
        values.put("abstract", "@" + name);
        holder = holder(name);
        values.put("memory", said(holder));
        if (Files.getAttribute(directory, "unix:uid").equals(0)) {
            // A user that no run of the suite has.
            Files.setAttribute(other, "unix:uid", AttackedWorkers.FIRST_USER + 100);
        }
    }

    private void file(Path directory, String name, String permissions, String content)
            throws IOException {
        Path file = Files.writeString(directory.resolve(name), content);
        permit(file, permissions);
        paths.put(name, file.toString());
    }

    private static void permit(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static Path rootControlGroup() {
        return Stream.of("", "unified", "memory", "pids")
                .map(controller -> Path.of("/sys/fs/cgroup", controller, "cgroup.procs"))
                .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
                .findFirst()
                .orElse(Path.of("/sys/fs/cgroup/cgroup.procs"));
    }

    /**
     * A process without capabilities: where the worker is root it would otherwise be those, and not
     * the sandbox, that keep others out.
     */
    private static Process holder(String name) throws IOException {
        List<String> plain = List.of(Tools.attacker().toString(), "hold", name);
        List<String> dropped =
                Stream.concat(
                                Stream.of(
                                        "setpriv", "--bounding-set=-all", "--inh-caps=-all", "--"),
                                plain.stream())
                        .toList();
        boolean root = Rights.root();
        return new ProcessBuilder(root ? dropped : plain)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String said(Process holder) throws IOException {
        BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
        return Objects.requireNonNull(out.readLine(), "the holder ended");
    }

    /** What an attack tries, for a sandbox without those defences. */
    List<String> tries(Attack attack, Set<Defence> without) {
        return attack.tries().stream().map(text -> filled(text, without)).toList();
    }

    /** Whether a filled try is about something that was laid out here. */
    boolean isAt(String tried) {
        return paths.values().stream().anyMatch(tried::endsWith);
    }

    private String filled(String text, Set<Defence> without) {
        String filled = text;
        for (Map.Entry<String, String> value : values.entrySet()) {
            filled = filled.replace("{" + value.getKey() + "}", value.getValue());
        }
        String at = without.contains(Defence.OWN_ROOT) ? HOST : "";
        for (Map.Entry<String, String> path : paths.entrySet()) {
            filled = filled.replace("{" + path.getKey() + "}", at + path.getValue());
        }
        return filled;
    }

    @Override
    public void close() throws IOException {
        loopback.close();
        engine.close();
        holder.destroyForcibly();
    }
}
