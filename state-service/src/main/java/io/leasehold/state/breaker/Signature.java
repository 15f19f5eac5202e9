package io.leasehold.state.breaker;

import io.leasehold.ledger.api.Circumstances;
import io.leasehold.ledger.api.RunKind;
import jakarta.persistence.Tuple;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What must be the same for failures to be alike. Of a provider: the provider, the credentials and
 * the tenants' region. Of a module: its digest, the kind of run, and the failure's fingerprint.
 * What does not matter for the kind is empty.
 */
record Signature(
        BreakerKind kind,
        String provider,
        String credentials,
        String region,
        String module,
        String runKind,
        String fingerprint) {

    private static final int LONGEST_NAME = 200;

    /** A breaker's, of the columns of its row. */
    static Signature of(Tuple row) {
        BreakerKind kind = BreakerKind.valueOf(row.get("kind", String.class));
        return new Signature(
                kind,
                row.get("provider", String.class),
                row.get("credentials", String.class),
                row.get("region", String.class),
                kind == BreakerKind.MODULE ? row.get("modules", String.class) : "",
                row.get("run_kind", String.class),
                row.get("fingerprint", String.class));
    }

    /** A failed run's; empty where nothing is known that others could share. */
    static Optional<Signature> of(
            BreakerKind kind,
            RunKind run,
            Circumstances circumstances,
            String module,
            String region) {
        return switch (kind) {
            case PROVIDER -> provider(circumstances, region);
            case MODULE ->
                    Optional.ofNullable(circumstances.fingerprint())
                            .filter(_ -> !module.isEmpty())
                            .map(print ->
                                    new Signature(kind, "", "", "", module, run.name(), print));
        };
    }

    private static Optional<Signature> provider(Circumstances circumstances, String region) {
        String provider = cut(Objects.requireNonNullElse(circumstances.provider(), ""));
        String credentials = credentials(circumstances.credentials());
        return provider.isEmpty() && credentials.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Signature(
                                BreakerKind.PROVIDER, provider, credentials, region, "", "", ""));
    }

    /** It is part of a key: what is longer is no name that anybody gave. */
    private static String cut(String name) {
        return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
    }

    /** Names of bindings as the ledger keeps them. */
    static String credentials(List<String> names) {
        return cut(String.join(",", names));
    }

    /** The same for failures that are alike, and for no others of the kind. */
    String key() {
        return switch (kind) {
            case PROVIDER -> String.join("|", provider, credentials, region);
            case MODULE -> String.join("|", module, runKind, fingerprint);
        };
    }

    /** For people: what it is of. */
    String words() {
        return switch (kind) {
            case PROVIDER ->
                    (provider.isEmpty() ? "an unnamed provider" : "provider " + provider)
                            + (credentials.isEmpty() ? "" : " with " + credentials)
                            + (region.isEmpty() ? "" : " in region " + region);
            case MODULE ->
                    "%s of module %s, failure %s"
                            .formatted(
                                    runKind,
                                    module.substring(0, Math.min(12, module.length())),
                                    fingerprint);
        };
    }
}
