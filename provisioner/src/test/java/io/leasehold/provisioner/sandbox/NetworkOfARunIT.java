package io.leasehold.provisioner.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.provisioner.door.DoorRule;
import io.leasehold.provisioner.sandbox.Attempts.Attempt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where doors listen: in the network of their run, which only one thread of theirs is in. */
class NetworkOfARunIT {

    /** The door's DNS, 127.0.0.53:53, and its first name, 127.64.0.1:9092, as the kernel says. */
    private static final List<String> OF_THE_DOOR = List.of("3500007F:0035", "0100407F:2384");

    @TempDir Path directory;

    @Test
    void noDoorListensOnTheHost() throws Exception {
        try (ServerSocket endpoint = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> listening =
                    CompletableFuture.supplyAsync(() -> socketsWhileConnected(endpoint));
            // A pattern: the door makes its sockets when the program asks for the name.
            DoorRule door =
                    new DoorRule(
                            "*.kafka.internal",
                            9092,
                            Optional.of("127.0.0.1:" + endpoint.getLocalPort()));

            Map<String, Attempt> attempts =
                    Attempts.run(
                            Attempts.sandbox(directory),
                            Attempts.spec(
                                    List.of("echo=b1.kafka.internal:9092"),
                                    Map.of(),
                                    List.of(door)));

            assertThat(attempts.values()).isNotEmpty().allMatch(Attempt::done);
            assertThat(listening.join())
                    .contains("0100007F:%04X".formatted(endpoint.getLocalPort()))
                    .doesNotContain(OF_THE_DOOR);
        }
    }

    private static String socketsWhileConnected(ServerSocket endpoint) {
        try (Socket client = endpoint.accept()) {
            int first = client.getInputStream().read();
            String sockets =
                    Files.readString(Path.of("/proc/net/tcp"))
                            + Files.readString(Path.of("/proc/net/tcp6"));
            client.getOutputStream().write(first);
            return sockets;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
