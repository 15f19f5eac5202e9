package io.leasehold.state.sealing;

import com.amazonaws.ClientConfiguration;
import com.amazonaws.SdkClientException;
import com.amazonaws.auth.AWSCredentialsProvider;
import com.amazonaws.auth.DefaultAWSCredentialsProviderChain;
import com.amazonaws.auth.profile.ProfileCredentialsProvider;
import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.services.kms.AWSKMS;
import com.amazonaws.services.kms.AWSKMSClientBuilder;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.integration.awskms.AwsKmsAead;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys in AWS KMS, through Tink's integration. Making one asks nobody; its use does, and blocks for
 * as long as the time-out. Safe to share.
 */
@ApplicationScoped
class AwsKms {
    /** How the URI of a key in AWS KMS begins. */
    static final String PREFIX = "aws-kms://";

    /** An alias is not taken: what it stands for may change behind the names of wrapped keys. */
    private static final Pattern KEY =
            Pattern.compile("aws-kms://(arn:aws[a-z-]*:kms:([a-z0-9-]+):[0-9]+:key/[A-Za-z0-9-]+)");

    private final AwsConfig config;
    private final Map<String, AWSKMS> clients = new ConcurrentHashMap<>();

    AwsKms(AwsConfig config) {
        this.config = config;
    }

    /**
     * The key of that URI.
     *
     * @throws IllegalArgumentException when it is not the URI of a key
     */
    Aead aead(String uri) {
        Matcher key = KEY.matcher(uri);
        if (!key.matches()) {
            throw new IllegalArgumentException("not the URI of a key in AWS KMS");
        }
        AWSKMS client = clients.computeIfAbsent(config.region().orElse(key.group(2)), this::client);
        return new Reached(new AwsKmsAead(client, key.group(1)));
    }

    /** Tink's own lets the client's failures through where it could not ask at all. */
    private record Reached(Aead key) implements Aead {
        @Override
        public byte[] encrypt(byte[] plain, byte[] associated) throws GeneralSecurityException {
            try {
                return key.encrypt(plain, associated);
            } catch (SdkClientException e) {
                throw new GeneralSecurityException("the KMS cannot be asked", e);
            }
        }

        @Override
        public byte[] decrypt(byte[] sealed, byte[] associated) throws GeneralSecurityException {
            try {
                return key.decrypt(sealed, associated);
            } catch (SdkClientException e) {
                throw new GeneralSecurityException("the KMS cannot be asked", e);
            }
        }
    }

    private AWSKMS client(String region) {
        int timeout = Math.toIntExact(config.timeout().toMillis());
        AWSKMSClientBuilder builder =
                AWSKMSClientBuilder.standard()
                        .withCredentials(credentials())
                        .withClientConfiguration(
                                new ClientConfiguration()
                                        .withConnectionTimeout(timeout)
                                        .withClientExecutionTimeout(timeout));
        config.endpoint()
                .ifPresentOrElse(
                        endpoint ->
                                builder.setEndpointConfiguration(
                                        new EndpointConfiguration(endpoint, region)),
                        () -> builder.setRegion(region));
        return builder.build();
    }

    private AWSCredentialsProvider credentials() {
        return config.credentialsFile()
                .<AWSCredentialsProvider>map(
                        file -> new ProfileCredentialsProvider(file.toString(), "default"))
                .orElseGet(DefaultAWSCredentialsProviderChain::getInstance);
    }

    @PreDestroy
    void close() {
        clients.values().forEach(AWSKMS::shutdown);
    }
}
