package io.leasehold.provisioner.door;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What went through a run's doors to one endpoint.
 *
 * @param endpoint as the platform names it, a pattern for all names that it stands for
 * @param connections that were opened
 * @param refused attempts that were not allowed or led nowhere
 * @param out bytes from the run to the endpoint
 * @param in bytes from the endpoint to the run
 */
public record Traffic(String endpoint, long connections, long refused, long out, long in) {

    /** One line for people; nothing where nothing was tried. */
    public static Optional<String> words(List<Traffic> all) {
        return all.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        all.stream()
                                .map(Traffic::words)
                                .collect(Collectors.joining("; ", "doors: ", "")));
    }

    private String words() {
        String carried =
                String.format(
                        Locale.ROOT,
                        "%s %,d connection%s, %,d bytes out, %,d in",
                        endpoint,
                        connections,
                        connections == 1 ? "" : "s",
                        out,
                        in);
        String turnedAway = String.format(Locale.ROOT, "%,d refused", refused);
        if (refused == 0) {
            return carried;
        }
        return connections == 0 ? endpoint + " " + turnedAway : carried + ", " + turnedAway;
    }
}
