package io.leasehold.state.retention;

import io.leasehold.state.Ledger;
import io.leasehold.testsupport.MutableClock;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Goes round the service's own kinds at a time that a test chooses. */
@ApplicationScoped
public class TestSweeps {
    private final Ledger ledger;
    private final Mutiny.SessionFactory sessions;
    private final List<Sweep> sweeps;
    private final RoundRows rounds;
    private final RetentionConfig config;

    TestSweeps(
            Ledger ledger,
            Mutiny.SessionFactory sessions,
            @All List<Sweep> sweeps,
            RoundRows rounds,
            RetentionConfig config) {
        this.ledger = ledger;
        this.sessions = sessions;
        this.sweeps = sweeps;
        this.rounds = rounds;
        this.config = config;
    }

    public RetentionConfig config() {
        return config;
    }

    /** A clock at this machine's time, in whole milliseconds as the database gets it. */
    public static MutableClock clock() {
        return new MutableClock(Instant.now().truncatedTo(ChronoUnit.MILLIS));
    }

    /** One whole round of a kind, from its beginning, whenever the last one was. */
    public void round(String kind, MutableClock clock) {
        ledger.update(
                "update retention set due_at = '-infinity', position = '' where sweep = ?", kind);
        look(kind, clock);
    }

    /** What a process does when it looks whether something is due. */
    public void look(String kind, MutableClock clock) {
        List<Sweep> one = sweeps.stream().filter(each -> each.name().equals(kind)).toList();
        if (one.size() != 1) {
            throw new IllegalArgumentException("there is no kind " + kind);
        }
        Ledger.await(() -> new Sweeps(sessions, one, rounds, config, clock).sweep());
    }

    public List<String> kinds() {
        return sweeps.stream().map(Sweep::name).toList();
    }

    /** An id of a run that began then. */
    public static String runId(Instant began) {
        long millis = began.toEpochMilli();
        return new UUID(
                        (millis << 16)
                                | 0x7000L
                                | (UUID.randomUUID().getMostSignificantBits() & 0xFFF),
                        UUID.randomUUID().getLeastSignificantBits())
                .toString();
    }
}
