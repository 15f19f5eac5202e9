package io.leasehold.embedded.platform;

import java.nio.file.Path;

/** What the platform gives the runs of this machine's tenants, as the provisioner reads it. */
final class Bindings {
    /** The tenants' Postgres, as runs and tenants know it. */
    static final String POSTGRES_HOST = "postgres.tenants.internal";

    /** The tenants' broker, as runs and tenants know it. */
    static final String KAFKA_HOST = "kafka.tenants.internal";

    static final int POSTGRES_PORT = 5432;
    static final int KAFKA_PORT = 9092;

    /** The role that makes roles and databases for tenants. */
    static final String PROVISIONER_ROLE = "provisioner";

    private Bindings() {}

    /** The document; the password is read from the file at each run. */
    static String document(Path passwordFile, int postgresPort, int kafkaPort) {
        StringBuilder yaml = new StringBuilder("bindings:\n");
        for (String blueprint : new String[] {"starter", "bench-database"}) {
            yaml.append(database(blueprint, passwordFile));
        }
        return yaml.append(postgres("chaos", "role", passwordFile))
                .append(topics())
                .append("doors:\n")
                .append(door(POSTGRES_HOST, POSTGRES_PORT, postgresPort))
                .append(door(KAFKA_HOST, KAFKA_PORT, kafkaPort))
                .toString();
    }

    private static String database(String blueprint, Path passwordFile) {
        return postgres(blueprint, "database", passwordFile)
                + """
                    inputs: { platform_postgres_host: %s, platform_postgres_port: %d }
                """
                        .formatted(POSTGRES_HOST, POSTGRES_PORT);
    }

    private static String postgres(String blueprint, String stack, Path passwordFile) {
        return """
          - tenants: "*"
            blueprint: %s
            stack: %s
            env: { PGHOST: %s, PGPORT: "%d", PGUSER: %s, PGSSLMODE: disable }
            secretEnv: { PGPASSWORD: "%s" }
        """
                .formatted(
                        blueprint,
                        stack,
                        POSTGRES_HOST,
                        POSTGRES_PORT,
                        PROVISIONER_ROLE,
                        passwordFile);
    }

    private static String topics() {
        return """
          - tenants: "*"
            blueprint: starter
            stack: topics
            inputs: { platform_kafka_bootstrap_servers: ["%s:%d"] }
        """
                .formatted(KAFKA_HOST, KAFKA_PORT);
    }

    private static String door(String name, int port, int connect) {
        return "  - { name: %s, port: %d, connect: \"127.0.0.1:%d\" }\n"
                .formatted(name, port, connect);
    }
}
