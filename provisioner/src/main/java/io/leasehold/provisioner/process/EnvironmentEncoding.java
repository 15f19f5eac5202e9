package io.leasehold.provisioner.process;

import java.nio.charset.Charset;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How the JVM writes the environment of a process. What the charset does not have it replaces by a
 * question mark, without a word: a password would be another one. Immutable.
 */
record EnvironmentEncoding(Charset charset) {

    /** What this JVM took from the locale it was started in. */
    static final EnvironmentEncoding MACHINE =
            new EnvironmentEncoding(
                    Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));

    /** The first name, in order, whose value would not arrive as it is. */
    Optional<String> losesIn(Map<String, String> environment) {
        return new TreeMap<>(environment)
                .entrySet().stream()
                        .filter(each -> !charset.newEncoder().canEncode(each.getValue()))
                        .map(Map.Entry::getKey)
                        .findFirst();
    }
}
