package io.leasehold.embedded.platform;

/** Where everything listens on 127.0.0.1. */
record Listening(
        int platformKafka,
        int tenantsKafka,
        int tenantsKafkaDoors,
        int platformPostgres,
        int tenantsPostgres,
        int stateService,
        int provisioner,
        int runner) {
    static Listening choose(PortBook book) {
        Listening chosen =
                new Listening(
                        book.port("platform-kafka"),
                        book.port("tenants-kafka"),
                        book.port("tenants-kafka-doors"),
                        book.port("platform-postgres"),
                        book.port("tenants-postgres"),
                        book.port("state-service"),
                        book.port("provisioner"),
                        book.port("runner"));
        book.save();
        return chosen;
    }
}
