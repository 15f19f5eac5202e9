package io.leasehold.provisioner.runner;

import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.ledger.LedgerConfig;
import io.leasehold.provisioner.ledger.LedgerRefusal;
import io.leasehold.provisioner.ledger.LedgerUnavailable;
import io.leasehold.provisioner.module.ModuleSource;
import io.leasehold.provisioner.stateproxy.HttpStateUpstreams;
import io.leasehold.provisioner.stateproxy.StateUpstreams;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.time.Duration;

/** What a run takes from the state service besides its claim: module archives and states. */
final class FromLedger {

    private FromLedger() {}

    @Produces
    @Singleton
    static ModuleSource modules(Ledger ledger) {
        return digest -> {
            try {
                return ledger.call(api -> api.module(digest));
            } catch (LedgerUnavailable | LedgerRefusal e) {
                throw new IOException("module " + digest + " cannot be fetched", e);
            }
        };
    }

    @Produces
    @Singleton
    static StateUpstreams states(LedgerConfig config) {
        HttpClient http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(3))
                        .build();
        return new HttpStateUpstreams(
                http, config.url(), () -> token(config), config.callTimeout());
    }

    private static String token(LedgerConfig config) {
        try {
            return Files.readString(config.tokenFile()).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("the token file cannot be read", e);
        }
    }
}
