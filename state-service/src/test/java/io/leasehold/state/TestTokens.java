package io.leasehold.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gives the service under test its files: a sealing key, and a token for each role, which is the
 * role's name with {@code -token} behind it; and tells it which source is ordered by position.
 */
public final class TestTokens implements QuarkusTestResourceLifecycleManager {
    public static final String WORKER = "worker-token";
    public static final String INTAKE = "intake-token";
    public static final String PUBLISHER = "publisher-token";
    public static final String OPERATOR = "operator-token";
    public static final String VIEWER = "viewer-token";

    @Override
    public Map<String, String> start() {
        try {
            Path folder = Files.createTempDirectory("leasehold-test-tokens-");
            Path tokens = folder.resolve("tokens");
            Files.writeString(
                    tokens,
                    Stream.of(WORKER, INTAKE, PUBLISHER, OPERATOR, VIEWER)
                            .map(TestTokens::line)
                            .collect(Collectors.joining("\n")));
            Path key = folder.resolve("key");
            Files.writeString(key, Base64.getEncoder().encodeToString(new byte[32]));
            Path aws = folder.resolve("aws");
            Files.writeString(
                    aws, "[default]\naws_access_key_id = test\naws_secret_access_key = test\n");
            return Map.of(
                    "leasehold.access.tokens-file",
                    tokens.toString(),
                    "leasehold.access.look-again",
                    "PT1S",
                    "leasehold.connection.body-patience",
                    "PT3S",
                    "leasehold.intake.sources",
                    "* " + TestUpstream.BY_POSITION + " position",
                    "leasehold.sealing.keyset-file",
                    key.toString(),
                    "leasehold.sealing.look-again",
                    "PT1S",
                    "leasehold.keys.rotation-check",
                    "PT1S",
                    // Nobody listens there but a test that starts a KMS.
                    "leasehold.sealing.aws.endpoint",
                    "http://127.0.0.1:" + freePort(),
                    "leasehold.sealing.aws.credentials-file",
                    aws.toString(),
                    "leasehold.sealing.aws.timeout",
                    "PT2S");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A line of a tokens file for a token named as above. */
    public static String line(String token) {
        String role = token.substring(0, token.indexOf('-'));
        return role + " the-" + role + " " + sha256(token);
    }

    private static String sha256(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void stop() {
        // The folder is the system's to clear: the address is still in use while the service stops.
    }
}
