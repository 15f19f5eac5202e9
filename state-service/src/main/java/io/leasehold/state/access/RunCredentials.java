package io.leasehold.state.access;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of runs: {@code lhr.<run id>.<256 random bits>}. The database has the SHA-256 of
 * one only, and it is worth something for as long as its run holds its stack.
 *
 * <p>That is judged in service time, as leases are: a lease has ended when the pulse was beaten
 * since. So an outage of the database ends no credential, and neither does a clock. Whether a state
 * is stored is decided again under the stack's lock. Safe to share.
 */
@ApplicationScoped
public class RunCredentials {
    private static final Pattern FORM = Pattern.compile("lhr\\.([0-9a-f-]{36})\\.[0-9a-f]{64}");
    private static final int BYTES = 32;

    private final Mutiny.SessionFactory sessions;
    private final SecureRandom random = new SecureRandom();

    /** Looks runs up by these sessions. */
    public RunCredentials(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    /**
     * A credential that is made, and what the run's row is to have of it.
     *
     * @param digest belongs into the column {@code credential} of the run
     */
    public record Made(String credential, byte[] digest) {
        /** Leaves the credential out. */
        @Override
        public String toString() {
            return "Made";
        }
    }

    /** Makes a credential for a run that is about to begin. */
    public Made make(String runId) {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        String credential = "lhr." + runId + "." + HexFormat.of().formatHex(secret);
        return new Made(credential, Tokens.sha256(credential));
    }

    /**
     * Gives a run that has begun another credential, in the transaction that hands it out again.
     * The one before is worth nothing any more.
     */
    public Uni<Claim> giveAnew(Mutiny.Session session, Claim claim) {
        Made made = make(claim.runId());
        return session.createNativeQuery("update run set credential = :digest where run_id = :run")
                .setParameter("digest", made.digest())
                .setParameter("run", claim.runId())
                .executeUpdate()
                .replaceWith(claim.with(made.credential()));
    }

    /** Whether a token has the form of a credential. */
    static boolean isOne(String token) {
        return FORM.matcher(token).matches();
    }

    /** The right that a credential gives, or gave; empty when there is no such credential. */
    Uni<Optional<RunRight>> find(String credential) {
        Matcher form = FORM.matcher(credential);
        if (!form.matches()) {
            return Uni.createFrom().item(Optional.empty());
        }
        return sessions.withSession(session ->
                        session.createNativeQuery(
                                        """
                                        select r.run_id, r.kind, r.tenant_id, r.incarnation, r.stack, r.worker,
                                               r.lease_id, r.credential,
                                               coalesce(r.result is null and case when r.lease_id is null
                                                   then s.drift_run = r.run_id
                                                       and s.drift_run_until >= p.beaten_at
                                                   else s.lease_run = r.run_id and s.lease_id = r.lease_id
                                                       and s.lease_until >= p.beaten_at
                                                   end, false) as live
                                        from run r
                                        cross join pulse p
                                        left join stack s on s.tenant_id = r.tenant_id
                                            and s.incarnation = r.incarnation and s.stack = r.stack
                                        where r.run_id = :run
                                        """,
                                        Tuple.class)
                                .setParameter("run", form.group(1))
                                .getSingleResultOrNull())
                .map(row -> right(row, credential));
    }

    private static Optional<RunRight> right(@Nullable Tuple row, String credential) {
        byte[] digest = row == null ? null : row.get("credential", byte[].class);
        if (row == null
                || digest == null
                || !MessageDigest.isEqual(digest, Tokens.sha256(credential))) {
            return Optional.empty();
        }
        return Optional.of(
                new RunRight(
                        row.get("run_id", String.class),
                        RunKind.valueOf(row.get("kind", String.class)),
                        new StackRef(
                                row.get("tenant_id", String.class),
                                row.get("incarnation", Integer.class),
                                row.get("stack", String.class)),
                        row.get("worker", String.class),
                        row.get("lease_id", String.class),
                        row.get("live", Boolean.class)));
    }

    /**
     * Lets a worker hand in, by its own token, what a run of an earlier time wrote: refuses while
     * the lease that is named is live, for then the run's own credential writes its state.
     */
    public Uni<Void> mustBeOver(StackRef stack, @Nullable String leaseId) {
        return credentialed(stack, leaseId)
                .invoke(credentialed -> {
                    if (credentialed.equals(Optional.of(true))) {
                        throw required(stack);
                    }
                })
                .replaceWithVoid();
    }

    /**
     * Lets a worker read by its own token for a run that was claimed when there were no credentials
     * yet, and for no other.
     */
    public Uni<Void> mustBeOlder(StackRef stack, @Nullable String leaseId) {
        return credentialed(stack, leaseId)
                .invoke(credentialed -> {
                    if (!credentialed.equals(Optional.of(false))) {
                        throw required(stack);
                    }
                })
                .replaceWithVoid();
    }

    private static Refusal required(StackRef stack) {
        return new Refusal(
                403,
                "RUN_CREDENTIAL_REQUIRED",
                "The state of " + stack + " is for the credential of the run at work on it");
    }

    /** Whether the run that has this live lease was given a credential; empty for no live lease. */
    private Uni<Optional<Boolean>> credentialed(StackRef stack, @Nullable String leaseId) {
        if (leaseId == null) {
            return Uni.createFrom().item(Optional.empty());
        }
        return sessions.withSession(session ->
                        session.createNativeQuery(
                                        """
                                        select r.credential is not null
                                        from stack s
                                        join run r on r.run_id = s.lease_run
                                        cross join pulse p
                                        where s.tenant_id = :tenant and s.incarnation = :incarnation
                                          and s.stack = :stack and s.lease_id = :lease
                                          and s.lease_until >= p.beaten_at
                                        """,
                                        Boolean.class)
                                .setParameter("tenant", stack.tenantId())
                                .setParameter("incarnation", stack.incarnation())
                                .setParameter("stack", stack.stack())
                                .setParameter("lease", leaseId)
                                .getSingleResultOrNull())
                .map(Optional::ofNullable);
    }
}
