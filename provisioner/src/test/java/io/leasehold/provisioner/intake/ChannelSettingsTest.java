package io.leasehold.provisioner.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** Settings of the channel that hold each other. */
class ChannelSettingsTest {

    private static final String CHANNEL = "mp.messaging.incoming." + TenantIntake.CHANNEL + ".";

    /**
     * A fetch is sent by a poll only. One that is answered before its poll ends, or just after the
     * end of the next, leaves events unheard until the poll after that.
     */
    @Test
    void aFetchThatFindsNothingIsAnsweredRightBeforeAPollThatSendsTheNext() throws IOException {
        long poll = number("poll-timeout");
        long fetch = number("fetch.max.wait.ms");

        assertThat(fetch).isGreaterThan(poll);
        assertThat(2 * poll - fetch).isBetween(20L, 100L);
    }

    /** A partition of a topic that was made again is placed beyond everything. */
    @Test
    void whatIsReadFromNowhereIsReadFromTheBeginning() throws IOException {
        assertThat(text("auto.offset.reset")).isEqualTo("earliest");
    }

    private static long number(String setting) throws IOException {
        return Long.parseLong(text(setting));
    }

    private static String text(String setting) throws IOException {
        Properties settings = new Properties();
        try (InputStream file =
                Objects.requireNonNull(
                        ChannelSettingsTest.class.getResourceAsStream("/application.properties"))) {
            settings.load(file);
        }
        return settings.getProperty(CHANNEL + setting);
    }
}
