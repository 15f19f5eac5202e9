package io.leasehold.provisioner.ledger;

import jakarta.inject.Inject;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.nio.file.Files;

/**
 * Puts this provisioner's token on every call. The file is read each time, which costs microseconds
 * and lets a token be replaced without a restart.
 */
public final class LedgerToken implements ClientRequestFilter {

    private final LedgerConfig config;

    /** Made by the REST client. */
    @Inject
    public LedgerToken(LedgerConfig config) {
        this.config = config;
    }

    @Override
    public void filter(ClientRequestContext request) throws IOException {
        String token = Files.readString(config.tokenFile()).strip();
        request.getHeaders().putSingle(HttpHeaders.AUTHORIZATION, "Bearer " + token);
    }
}
