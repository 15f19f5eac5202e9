package io.leasehold.provisioner.tofu;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An error or warning as tofu gave it, masked.
 *
 * @param detail may hold anything a provider says
 * @param address the resource it is about
 */
public record Diagnostic(
        Severity severity, String summary, String detail, Optional<String> address) {

    /** The summary of an error that is made of what a tofu said last that crashed. */
    public static final String CRASH = "tofu crashed";

    private static final Pattern CONFIGURED =
            Pattern.compile("(?:^|\\.)provider\\[\"[^\"]*?([a-z0-9-]+)\"]");

    private static final Pattern RESOURCE =
            Pattern.compile(
                    "^(?:module\\.[^.\\[]+(?:\\[[^]]*])?\\.)*(?:data\\.)?([a-z0-9]+)(?:_[a-z0-9_]+)?\\.");

    /** How bad it is. */
    public enum Severity {
        ERROR,
        WARNING
    }

    /**
     * The provider it came from, such as {@code postgresql}: the one it names, or the one that
     * resources of its kind have by custom; empty when it is of no resource.
     */
    public Optional<String> provider() {
        return address.flatMap(Diagnostic::provider);
    }

    private static Optional<String> provider(String address) {
        Matcher configured = CONFIGURED.matcher(address);
        if (configured.find()) {
            return Optional.of(configured.group(1));
        }
        Matcher resource = RESOURCE.matcher(address);
        return resource.find() ? Optional.of(resource.group(1)) : Optional.empty();
    }

    /** One line for people. */
    public String text() {
        String where = address.map(a -> " (" + a + ")").orElse("");
        String what = detail.isBlank() ? summary : summary + ": " + detail;
        return (severity == Severity.ERROR ? "Error: " : "Warning: ")
                + what.replaceAll("\\s+", " ").strip()
                + where;
    }
}
