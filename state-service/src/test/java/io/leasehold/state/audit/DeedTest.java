package io.leasehold.state.audit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeedTest {
    @ParameterizedTest
    @CsvSource({
        "acme/1, acme",
        "acme/12/database, acme",
        "acme/1/database version 3, acme",
        "a-b/1/x secret, a-b",
        "starter@1.0.0, ",
        "starter/1.0.0, ",
        "0198c1d2-7e4b-7c11-8f00-0242ac120002, ",
        "ACME/1/database, ",
        "acme/0/database, ",
        "acme, "
    })
    void aSubjectIsTheTenantsThatItBeginsWith(String subject, String tenant) {
        assertThat(Deed.to("me", "look", subject, null).tenantId()).isEqualTo(tenant);
    }
}
