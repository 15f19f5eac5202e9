package io.leasehold.demo;

import io.leasehold.embedded.platform.Service;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asked for.
 *
 * @param data the folder to use; null makes a temporary one
 * @param keep whether the folder stays
 * @param kills which services are killed where in the story
 */
record DemoOptions(@Nullable Path data, boolean keep, List<Kill> kills) {
    static final String USAGE =
            """
            usage: leasehold demo [--keep] [--data DIR] [--kill SERVICE@POINT]...
              --keep     leave the data folder with its logs when it ends
              --data     use this folder, which must not be there yet, and leave it
              --kill     end a service by SIGKILL at a point of the story and start it again
                         services: state-service, provisioner, platform-postgres
                         points: %s
            """
                    .formatted(
                            Arrays.stream(Point.values())
                                    .map(Point::label)
                                    .collect(Collectors.joining(", ")));

    /** Points of the story at which a service can be killed. */
    enum Point {
        /** The first events were sent. */
        EVENTS_SENT,
        /** A run works on a tenant's things. */
        RUNNING,
        /** The first tenant has everything. */
        FIRST_READY,
        /** The update and the deletion were sent. */
        CHANGES_SENT,
        /** Somebody changed a role by hand. */
        DRIFTED;

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** One service to be killed at one point. */
    record Kill(Service service, Point point) {}

    DemoOptions {
        kills = List.copyOf(kills);
    }

    /** Reads the command line; empty if it makes no sense. */
    static Optional<DemoOptions> parse(List<String> arguments) {
        Path data = null;
        boolean keep = false;
        List<Kill> kills = new ArrayList<>();
        Iterator<String> words = arguments.iterator();
        while (words.hasNext()) {
            switch (words.next()) {
                case "--keep" -> keep = true;
                case "--data" -> {
                    if (!words.hasNext()) {
                        return Optional.empty();
                    }
                    data = Path.of(words.next());
                    keep = true;
                }
                case "--kill" -> {
                    Optional<Kill> kill = words.hasNext() ? kill(words.next()) : Optional.empty();
                    if (kill.isEmpty()) {
                        return Optional.empty();
                    }
                    kills.add(kill.get());
                }
                default -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(new DemoOptions(data, keep, kills));
    }

    private static Optional<Kill> kill(String text) {
        int at = text.indexOf('@');
        if (at < 0) {
            return Optional.empty();
        }
        return Arrays.stream(Service.values())
                .filter(service -> service.label().equals(text.substring(0, at)))
                .flatMap(service ->
                        Arrays.stream(Point.values())
                                .filter(point -> point.label().equals(text.substring(at + 1)))
                                .map(point -> new Kill(service, point)))
                .findFirst();
    }
}
