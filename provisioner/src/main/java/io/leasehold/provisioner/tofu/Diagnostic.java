package io.leasehold.provisioner.tofu;

import java.util.Optional;

/**
 * An error or warning as tofu gave it, masked.
 *
 * @param detail may hold anything a provider says
 * @param address the resource it is about
 */
public record Diagnostic(
        Severity severity, String summary, String detail, Optional<String> address) {

    /** How bad it is. */
    public enum Severity {
        ERROR,
        WARNING
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
