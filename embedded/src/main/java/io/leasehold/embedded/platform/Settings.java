package io.leasehold.embedded.platform;

import io.leasehold.embedded.LocalFiles;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What the services are told, by the names of their settings. */
final class Settings {
    /** The ledger's database and the role that owns it. */
    static final String LEDGER = "leasehold";

    /** Name of that role's password among the secrets. */
    static final String LEDGER_PASSWORD = "ledger-database.password";

    /** Name of the password of the role that makes things for tenants. */
    static final String TENANTS_PASSWORD = "tenants-provisioner.password";

    private Settings() {}

    static Map<String, String> stateService(
            Listening ports, Secrets secrets, SystemOptions options) {
        Map<String, String> settings = new HashMap<>(options.ofStateService());
        settings.put(
                "leasehold.database.url",
                "postgresql://127.0.0.1:%d/%s".formatted(ports.platformPostgres(), LEDGER));
        settings.put("leasehold.database.username", LEDGER);
        settings.put("leasehold.database.password", secrets.value(LEDGER_PASSWORD));
        settings.put("leasehold.access.tokens-file", secrets.accessTokens().toString());
        settings.put("leasehold.sealing.keyset-file", secrets.sealingKey().toString());
        settings.put("leasehold.drift.interval", options.driftInterval().toString());
        return settings;
    }

    static Map<String, String> provisioner(
            Listening ports, Secrets secrets, SystemOptions options, Path folder) {
        Map<String, String> settings = new HashMap<>(options.layout().ofWorkers());
        settings.putAll(worker(ports, secrets, options, folder));
        settings.put("kafka.bootstrap.servers", "127.0.0.1:" + ports.platformKafka());
        settings.put("leasehold.kafka.create-topics", "true");
        return settings;
    }

    /** A second worker on this machine: without Kafka, and with users of its own. */
    static Map<String, String> runner(
            Listening ports, Secrets secrets, SystemOptions options, Path folder) {
        Map<String, String> settings = new HashMap<>(options.layout().ofWorkers());
        settings.putAll(worker(ports, secrets, options, folder));
        settings.put("leasehold.provisioner.name", Service.RUNNER.label());
        settings.put("leasehold.intake.enabled", "false");
        settings.put("leasehold.publisher.enabled", "false");
        settings.put("leasehold.sandbox.first-user", "64300");
        return settings;
    }

    /** What all workers are told. Writes the bindings into the worker's folder as well. */
    private static Map<String, String> worker(
            Listening ports, Secrets secrets, SystemOptions options, Path folder) {
        Path bindings = folder.resolve("bindings.yaml");
        LocalFiles.writePrivate(
                bindings,
                Bindings.document(
                        secrets.file(TENANTS_PASSWORD),
                        ports.tenantsPostgres(),
                        ports.tenantsKafkaDoors()));
        Installation installed = options.installation();
        return Map.ofEntries(
                Map.entry("leasehold.ledger.url", "http://127.0.0.1:" + ports.stateService()),
                Map.entry(
                        "leasehold.ledger.token-file",
                        secrets.file("provisioner.token").toString()),
                Map.entry("leasehold.runner.slots", Integer.toString(options.runnerSlots())),
                Map.entry("leasehold.runner.bindings", bindings.toString()),
                // Who presses Ctrl-C waits: what is at work is soon asked to save its state.
                Map.entry("leasehold.runner.drain", "PT3S"),
                Map.entry("leasehold.spool.directory", folder.resolve("spool").toString()),
                Map.entry("leasehold.module.templates", folder.resolve("templates").toString()),
                // What is the platform's own is never behind a door, even if somebody names it.
                Map.entry(
                        "leasehold.door.forbidden",
                        "127.0.0.1:%d,127.0.0.1:%d,127.0.0.1:%d"
                                .formatted(
                                        ports.stateService(),
                                        ports.platformPostgres(),
                                        ports.platformKafka())),
                Map.entry("leasehold.sandbox.directory", folder.resolve("runs").toString()),
                Map.entry("leasehold.tofu.binary", installed.tofu().toString()),
                Map.entry("leasehold.tofu.providers", installed.providers().toString()),
                Map.entry("leasehold.sandbox.door-binary", installed.door().toString()));
    }
}
