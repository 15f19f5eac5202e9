package io.leasehold.cli.command;

import io.leasehold.ledger.api.LetterWhere;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which letters something is done to: those named, or those that something holds of. */
final class Where {
    private static final List<String> NAMES =
            List.of("tenant", "code", "kind", "since", "fingerprint");

    @Parameters(paramLabel = "ID", arity = "0..*", description = "these letters")
    private List<String> ids = List.of();

    @Option(
            names = "--where",
            split = ",",
            paramLabel = "NAME=VALUE",
            description = {
                "open ones of which this holds: tenant, code, kind, since, fingerprint,",
                "as list has them, such as --where code=NETWORK,since=PT2H"
            })
    private Map<String, String> where = Map.of();

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    /** Those named; null when they are chosen by {@link #letters}. */
    @Nullable List<String> ids() {
        if (ids.isEmpty() == where.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "Name letters by their ids, or choose them by --where.");
        }
        return ids.isEmpty() ? null : ids;
    }

    /** What holds of them; null when they are named. */
    @Nullable LetterWhere letters() {
        return ids() == null ? any() : null;
    }

    /** What holds of them; of all that are open when nothing is said. */
    LetterWhere any() {
        Map<String, String> given = new LinkedHashMap<>(where);
        given.keySet().stream()
                .filter(name -> !NAMES.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new ParameterException(
                            spec.commandLine(),
                            "--where knows " + String.join(", ", NAMES) + ", not " + name + ".");
                });
        String since = given.get("since");
        return new LetterWhere(
                given.get("tenant"),
                given.get("code"),
                given.get("kind"),
                since == null ? null : Since.instant(since),
                given.get("fingerprint"));
    }

    /** Whether nothing is said. */
    boolean isOpen() {
        return ids.isEmpty() && where.isEmpty();
    }

    /** The one letter that is named, if it is one. */
    @Nullable String single() {
        return where.isEmpty() && ids.size() == 1 ? ids.getFirst() : null;
    }
}
