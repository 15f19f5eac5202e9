package io.leasehold.it.deployment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Dockerfile, as far as it names other things.
 *
 * @param stages names of its stages
 * @param environment what its last stage sets
 * @param copies what it copies
 */
record Dockerfile(Set<String> stages, Map<String, String> environment, List<Copy> copies) {

    private static final Set<String> INSTRUCTIONS =
            Set.of(
                    "ARG",
                    "FROM",
                    "WORKDIR",
                    "COPY",
                    "RUN",
                    "ENV",
                    "USER",
                    "EXPOSE",
                    "HEALTHCHECK",
                    "ENTRYPOINT");
    private static final Pattern FROM = Pattern.compile("(\\S+)(?: AS (\\S+))?");
    private static final Pattern ASSIGNMENT = Pattern.compile("(\\w+)=(\\S+)");

    /**
     * @param from a stage, or empty for the build context
     * @param sources what is copied
     */
    record Copy(String from, List<String> sources) {}

    static Dockerfile of(String file) {
        Set<String> stages = new HashSet<>();
        Map<String, String> environment = new HashMap<>();
        List<Copy> copies = new ArrayList<>();
        for (String line : instructions(file)) {
            String[] parts = line.split("\\s+", 2);
            if (!INSTRUCTIONS.contains(parts[0])) {
                throw new IllegalArgumentException(file + ": unknown instruction " + line);
            }
            switch (parts[0]) {
                case "FROM" -> {
                    environment.clear();
                    Matcher from = matching(FROM, parts[1], file);
                    if (from.group(2) != null) {
                        stages.add(from.group(2));
                    }
                }
                case "ENV" ->
                        ASSIGNMENT
                                .matcher(parts[1])
                                .results()
                                .forEach(m -> environment.put(m.group(1), m.group(2)));
                case "COPY" -> copies.add(copy(parts[1]));
                default -> {}
            }
        }
        return new Dockerfile(stages, environment, copies);
    }

    private static List<String> instructions(String file) {
        String joined =
                Checkout.text(file)
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .reduce("", (all, line) -> all + line + "\n")
                        .replace("\\\n", " ");
        return joined.lines().filter(line -> !line.isBlank()).toList();
    }

    private static Copy copy(String arguments) {
        String from = "";
        List<String> paths = new ArrayList<>();
        for (String word : Stream.of(arguments.split("\\s+")).toList()) {
            if (word.startsWith("--from=")) {
                from = word.substring("--from=".length());
            } else if (!word.startsWith("--")) {
                paths.add(word);
            }
        }
        return new Copy(from, paths.subList(0, paths.size() - 1));
    }

    private static Matcher matching(Pattern pattern, String text, String file) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(file + ": cannot read " + text);
        }
        return matcher;
    }
}
