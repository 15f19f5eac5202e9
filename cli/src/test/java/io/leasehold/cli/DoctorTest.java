package io.leasehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.cli.FakeStateService.Ended;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.DoctorView;
import io.leasehold.ledger.api.DoctorView.Finding;
import io.leasehold.ledger.api.DoctorView.Measure;
import io.leasehold.ledger.api.DoctorView.Severity;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class DoctorTest {
    private static final Finding LAGS =
            new Finding(
                    "OUTBOX_LAGS",
                    Severity.ERROR,
                    "What happened is not published.",
                    "Look at the publishers.");

    @AutoClose private final FakeStateService service = new FakeStateService();

    private static DoctorView view(Instant serviceTime, Finding... findings) {
        return new DoctorView(
                serviceTime.toString(),
                List.of(findings),
                List.of(new Measure("size of the database", "12 MiB")));
    }

    @Test
    void a_sound_system_ends_with_0_and_says_what_was_measured() throws IOException {
        service.on("GET /v1/doctor", view(Instant.now()));

        Ended ended = service.run("doctor");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).contains("Nothing is wrong.", "size of the database", "12 MiB");
    }

    @Test
    void a_finding_is_told_with_what_to_do_and_ends_with_3() throws IOException {
        service.on("GET /v1/doctor", view(Instant.now(), LAGS));

        Ended ended = service.run("doctor");

        assertThat(ended.exitCode()).isEqualTo(3);
        assertThat(ended.out())
                .contains("ERROR OUTBOX_LAGS: What happened", "do: Look at the publishers.")
                .doesNotContain("Nothing");
    }

    @Test
    void the_clock_of_this_machine_is_held_against_the_services() throws IOException {
        service.on("GET /v1/doctor", view(Instant.now().minus(Duration.ofMinutes(2))));

        Ended ended = service.run("doctor", "-o", "json");

        assertThat(ended.exitCode()).isEqualTo(3);
        assertThat(StateService.JSON.readTree(ended.out()).at("/findings/0/code").asText())
                .isEqualTo("OWN_CLOCK_DIFFERS");

        service.on("GET /v1/doctor", view(Instant.now().plus(Duration.ofMinutes(2))));
        assertThat(service.run("doctor").out()).contains("OWN_CLOCK_DIFFERS", "timedatectl");
    }

    @Test
    void a_service_that_is_not_there_ends_with_7() {
        service.close();

        assertThat(service.run("doctor").exitCode()).isEqualTo(7);
    }
}
