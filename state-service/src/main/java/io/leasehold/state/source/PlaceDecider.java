package io.leasehold.state.source;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides, for sources ordered by position, whether an event is newer than what its life has, or
 * that this cannot be told: then it is held, since nothing is called stale because offsets fell.
 * Pure.
 */
public final class PlaceDecider {

    private PlaceDecider() {}

    /**
     * A place in the order of a source.
     *
     * @param ordinal which of the topics of that name it is on; null for one that is not known
     */
    public record Spot(String topic, @Nullable Integer ordinal, int partition, long offset) {}

    /**
     * What is known when an event arrives.
     *
     * @param spot where it stands; of a replay, where what was sent first stood
     * @param partitions how many operators know of
     * @param toldPartitions how many the newest reader found
     * @param othersHeld earlier changes of the tenant are held
     * @param lives where the newest events of the tenant's lives stood
     * @param own where the newest event of its own life stood; null for a life that was never seen
     */
    public record Situation(
            Spot spot,
            int partitions,
            int toldPartitions,
            boolean othersHeld,
            List<Spot> lives,
            @Nullable Spot own) {

        /** Takes a copy of the list. */
        public Situation {
            lives = List.copyOf(lives);
        }
    }

    /** How an event stands to what its life has. */
    public sealed interface Verdict {

        /** It came later. */
        record Newer() implements Verdict {}

        /** It came earlier, or is the same. */
        record NotNewer() implements Verdict {}

        /** It cannot be told. */
        record Held(String why) implements Verdict {}
    }

    /** Decides one event. */
    public static Verdict decide(Situation now) {
        Optional<String> held = held(now);
        if (held.isPresent()) {
            return new Verdict.Held(held.get());
        }
        Spot own = now.own();
        return own == null || isBefore(own, now.spot())
                ? new Verdict.Newer()
                : new Verdict.NotNewer();
    }

    private static Optional<String> held(Situation now) {
        Spot spot = now.spot();
        if (now.othersHeld()) {
            return Optional.of("earlier changes of this tenant are held");
        }
        if (spot.ordinal() == null) {
            return Optional.of(
                    "the topic " + spot.topic() + " is not the one that was read before");
        }
        if (now.toldPartitions() != now.partitions()) {
            return Optional.of(
                    "the topic "
                            + spot.topic()
                            + " had "
                            + now.partitions()
                            + " partitions and has "
                            + now.toldPartitions());
        }
        return now.lives().stream()
                .map(life -> incomparable(life, spot))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> incomparable(Spot life, Spot spot) {
        if (!life.topic().equals(spot.topic())) {
            return Optional.of("its events came by the topic " + life.topic() + " before");
        }
        if (life.ordinal() == null) {
            return Optional.of(
                    "it is not known on which topic of that name its events came before");
        }
        return life.ordinal().equals(spot.ordinal()) && life.partition() != spot.partition()
                ? Optional.of(
                        "its events came by partition "
                                + life.partition()
                                + " before and now by "
                                + spot.partition())
                : Optional.empty();
    }

    private static boolean isBefore(Spot one, Spot other) {
        int topics = Integer.compare(ordinal(one), ordinal(other));
        return topics < 0 || (topics == 0 && one.offset() < other.offset());
    }

    private static int ordinal(Spot spot) {
        Integer ordinal = spot.ordinal();
        return ordinal == null ? 0 : ordinal;
    }
}
