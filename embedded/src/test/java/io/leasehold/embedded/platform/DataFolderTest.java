package io.leasehold.embedded.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.embedded.StartFailedException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir Path folder;

    @Test
    void belongs_to_one_system_at_a_time() {
        DataDirectory first = DataDirectory.take(folder.resolve("data"));
        assertThatThrownBy(() -> DataDirectory.take(folder.resolve("data")))
                .isInstanceOf(StartFailedException.class)
                .hasMessageContaining("already running on " + folder.resolve("data"));
        first.close();
        DataDirectory.take(folder.resolve("data")).close();
    }

    @Test
    void keeps_a_port_from_start_to_start_unless_somebody_else_took_it() throws Exception {
        PortBook book = PortBook.open(folder.resolve("ports"));
        int one = book.port("one");
        int two = book.port("two");
        book.save();

        assertThat(List.of(one, two))
                .as("out of reach of connections, which would keep a restart from its port")
                .allMatch(port -> port < 32_768);

        assertThat(PortBook.open(folder.resolve("ports")).port("two")).isEqualTo(two);
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), one));
            assertThat(PortBook.open(folder.resolve("ports")).port("one"))
                    .isNotEqualTo(one)
                    .isNotEqualTo(two);
        }
    }

    @Test
    void keeps_secrets_that_only_their_owner_can_read() throws Exception {
        Secrets secrets = new Secrets(folder, new SecureRandom());
        String token = secrets.value("operator.token");
        Path access = secrets.accessTokens();

        assertThat(new Secrets(folder, new SecureRandom()).value("operator.token"))
                .isEqualTo(token)
                .hasSizeGreaterThan(40);
        assertThat(Files.readString(access)).doesNotContain(token).contains("operator local-");
        for (Path file : List.of(access, secrets.file("operator.token"), secrets.sealingKey())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }
}
