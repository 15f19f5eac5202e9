package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.Claim;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is the same of failures of different tenants. */
class FailureFingerprintTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pq: role \"tenant_acme\" already exists | pq: role \"tenant_globex\" already exists",
                "creating role tenant_acme failed | creating role tenant_globex failed",
                "read tcp 127.0.0.1:37278->10.0.0.1:5432: reset | read tcp 127.0.0.1:1->10.9.9.9:5432: reset",
                "RequestID: 0b1c-77, denied | RequestID: 9f3e-01, denied",
                "waited 12m3s for it | waited  9s for it",
            })
    void failuresThatDifferInWhatIsTheTenantsAreAlike(String acmes, String globexs) {
        assertThat(of("acme", ErrorCode.UNKNOWN, acmes))
                .isEqualTo(of("globex", ErrorCode.UNKNOWN, globexs))
                .matches("[0-9a-f]{16}");
    }

    @Test
    void otherWordsOrAnotherCodeAreAnotherFailure() {
        String print = of("acme", ErrorCode.CONFIG, "Unsupported argument");

        assertThat(of("acme", ErrorCode.CONFIG, "Unsupported block type")).isNotEqualTo(print);
        assertThat(of("acme", ErrorCode.UNKNOWN, "Unsupported argument")).isNotEqualTo(print);
    }

    private static String of(String tenant, ErrorCode code, String words) {
        Claim claim = Claims.apply(tenant, "database", true);
        return FailureFingerprint.of(claim, code, words);
    }
}
