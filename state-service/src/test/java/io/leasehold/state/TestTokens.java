package io.leasehold.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.embedded.Ports;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gives the service under test its files: a sealing key, and a token for each role, which is the
 * role's name with {@code -token} behind it. Those with {@code -own} in between are limited to
 * tenants whose ids begin with {@code own-}, and {@code state} to stacks of their first lives whose
 * names begin with {@code m}. People of {@link TestIssuer} may come in, too; and it tells which
 * source is ordered by position.
 */
public final class TestTokens implements QuarkusTestResourceLifecycleManager {
    public static final String WORKER = "worker-token";
    public static final String INTAKE = "intake-token";
    public static final String PUBLISHER = "publisher-token";
    public static final String OPERATOR = "operator-token";
    public static final String VIEWER = "viewer-token";
    public static final String APPROVER = "approver-token";
    public static final String STATE = "state-token";
    public static final String OWN_OPERATOR = "operator-own-token";
    public static final String OWN_VIEWER = "viewer-own-token";

    private Map<String, String> more = Map.of();

    /** Settings of one test class. */
    @Override
    public void init(Map<String, String> args) {
        more = Map.copyOf(args);
    }

    @Override
    public Map<String, String> start() {
        try {
            Path folder = Files.createTempDirectory("leasehold-test-tokens-");
            Path tokens = folder.resolve("tokens");
            Files.writeString(
                    tokens,
                    Stream.of(
                                    WORKER,
                                    INTAKE,
                                    PUBLISHER,
                                    OPERATOR,
                                    VIEWER,
                                    APPROVER,
                                    STATE,
                                    OWN_OPERATOR,
                                    OWN_VIEWER)
                            .map(TestTokens::line)
                            .collect(Collectors.joining("\n")));
            Path key = folder.resolve("key");
            Files.writeString(key, Base64.getEncoder().encodeToString(new byte[32]));
            Path aws = folder.resolve("aws");
            Files.writeString(
                    aws, "[default]\naws_access_key_id = test\naws_secret_access_key = test\n");
            Map<String, String> settings = new HashMap<>(TestIssuer.settings());
            settings.put("leasehold.access.tokens-file", tokens.toString());
            settings.put("leasehold.access.look-again", "PT1S");
            settings.put("leasehold.sealing.keyset-file", key.toString());
            settings.put("leasehold.sealing.look-again", "PT1S");
            settings.put("leasehold.keys.rotation-check", "PT1S");
            // Nobody listens there but a test that starts a KMS.
            settings.put("leasehold.sealing.aws.endpoint", "http://127.0.0.1:" + Ports.free());
            settings.put("leasehold.sealing.aws.credentials-file", aws.toString());
            settings.put("leasehold.sealing.aws.timeout", "PT2S");
            settings.put("leasehold.connection.body-patience", "PT3S");
            // An orphan is settled when a test looks, and not in the middle of it.
            settings.put("leasehold.orphans.settle", "false");
            settings.put("leasehold.intake.sources", "* " + TestUpstream.BY_POSITION + " position");
            settings.putAll(more);
            return settings;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A line of a tokens file for a token named as above. */
    public static String line(String token) {
        String name = token.substring(0, token.lastIndexOf('-'));
        String role = name.split("-")[0];
        String limit =
                role.equals("state")
                        ? " state=own-*/1/m*"
                        : name.endsWith("-own") ? " tenant=own-*" : "";
        return role + " the-" + name + " " + sha256(token) + limit;
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
