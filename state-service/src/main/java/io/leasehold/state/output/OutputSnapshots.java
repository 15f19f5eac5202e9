package io.leasehold.state.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.events.EventJson;
import io.leasehold.events.outgoing.OutputsWithdrawn;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.outbox.Outbox;
import io.leasehold.state.outbox.OutboxSignal;
import io.leasehold.state.outbox.Publications;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.Sealer;
import io.leasehold.state.sealing.Sealers;
import io.leasehold.state.tfstate.States;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Publishes a stack's outputs as full snapshots, in the caller's transaction and under the caller's
 * lock on the stack row. Wake {@link OutboxSignal} after the commit. Safe to share.
 */
@ApplicationScoped
public class OutputSnapshots {
    /** So long who follows the topic can still see that outputs were withdrawn, and why. */
    private static final Duration UNTIL_TOMBSTONE = Duration.ofDays(7);

    /** Ends a statement that changes what stands on the topic: gives the number of its record. */
    private static final String NUMBERED =
            """
                where tenant_id = :tenant and incarnation = :incarnation and stack = :stack)
            update stack set outputs_seq = outputs_seq + 1
            where tenant_id = :tenant and incarnation = :incarnation and stack = :stack
            returning outputs_seq
            """;

    private final States states;
    private final Outbox outbox;
    private final Publications publications;
    private final Sealers sealers;
    private final Clock clock;

    /** Reads outputs from {@code states}. */
    OutputSnapshots(
            States states, Outbox outbox, Publications publications, Sealers sealers, Clock clock) {
        this.states = states;
        this.outbox = outbox;
        this.publications = publications;
        this.sealers = sealers;
        this.clock = clock;
    }

    /**
     * Publishes what the run that just ended left in the state, ready to be used; nothing when the
     * same stands there for this generation already.
     *
     * @param observedGeneration the life's, with this run counted
     */
    public Uni<Void> published(Mutiny.Session session, StackRef stack, long observedGeneration) {
        return AppliedOutputs.find(session, stack)
                .chain(applied ->
                        applied == null
                                ? Uni.createFrom().voidItem()
                                : published(session, applied, observedGeneration));
    }

    private Uni<Void> published(
            Mutiny.Session session, AppliedOutputs applied, long observedGeneration) {
        StackRef stack = applied.stack();
        return states.outputs(session, stack)
                .chain(outputs ->
                        sealers.of(session, KeyOwner.of(stack))
                                .map(sealer ->
                                        OutputsDecider.render(
                                                stack,
                                                applied.allowed(),
                                                outputs,
                                                (ref, value) -> mac(sealer, ref, value))))
                .chain(seen ->
                        OutputsDecider.publishes(applied.standing(), seen, applied.generation())
                                ? publish(
                                        session,
                                        applied,
                                        seen,
                                        new AppliedOutputs.Terms(
                                                applied.generation(), observedGeneration, true))
                                : Uni.createFrom().voidItem());
    }

    /** Equal values of different outputs have different hashes. */
    private static String mac(Sealer sealer, String ref, String value) {
        return sealer.mac(ref + "\n" + value);
    }

    /**
     * Publishes the applied outputs again for a newer generation that needed no run, so that who
     * waits for a generation is served. Nothing happens when nothing was applied, or while a run is
     * changing them: its end publishes them.
     *
     * @param observedGeneration the life's, with this generation counted if it is observed now
     */
    public Uni<Void> republish(
            Mutiny.Session session, StackRef stack, long generation, long observedGeneration) {
        return AppliedOutputs.find(session, stack)
                .chain(applied ->
                        applied == null
                                        || applied.standing().hash() == null
                                        || !applied.standing().ready()
                                        || applied.standing().generation() >= generation
                                ? Uni.createFrom().voidItem()
                                : publish(
                                        session,
                                        applied,
                                        standing(applied),
                                        new AppliedOutputs.Terms(
                                                generation, observedGeneration, true)));
    }

    /** Publishes that the outputs are about to change; once, until they are published again. */
    public Uni<Void> notReady(Mutiny.Session session, StackRef stack) {
        return AppliedOutputs.find(session, stack)
                .chain(applied ->
                        applied == null || !applied.standing().ready()
                                ? Uni.createFrom().voidItem()
                                : publish(
                                        session,
                                        applied,
                                        standing(applied),
                                        new AppliedOutputs.Terms(
                                                applied.standing().generation(),
                                                applied.observedGeneration(),
                                                false)));
    }

    /** Publishes that the outputs must not be used any more; nothing when none are published. */
    public Uni<Void> withdraw(
            Mutiny.Session session,
            StackRef stack,
            OutputsWithdrawn.Reason reason,
            long generation) {
        return AppliedOutputs.find(session, stack)
                .chain(applied ->
                        applied == null || applied.standing().hash() == null
                                ? Uni.createFrom().voidItem()
                                : withdraw(session, applied, reason, generation));
    }

    private Uni<Void> withdraw(
            Mutiny.Session session,
            AppliedOutputs applied,
            OutputsWithdrawn.Reason reason,
            long generation) {
        StackRef stack = applied.stack();
        return session.createNativeQuery(
                        """
                        with withdrawn as (
                            update stack_applied set outputs = null, outputs_hash = null,
                                outputs_ready = false, outputs_generation = :generation
                        """
                                + NUMBERED,
                        Long.class)
                .setParameter("generation", generation)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack())
                .getSingleResult()
                .chain(sequence ->
                        outbox.append(
                                session,
                                publications.withdrawn(
                                        new OutputsWithdrawn(
                                                stack.tenantId(),
                                                stack.incarnation(),
                                                stack.stack(),
                                                sequence,
                                                generation,
                                                applied.stateVersion(),
                                                reason,
                                                clock.instant()))));
    }

    /**
     * Removes the stack's key from the topic, days from now, unless something newer stands there.
     */
    public Uni<Void> tombstone(Mutiny.Session session, StackRef stack) {
        return outbox.append(session, publications.outputsTombstone(stack, UNTIL_TOMBSTONE));
    }

    private Uni<Void> publish(
            Mutiny.Session session,
            AppliedOutputs applied,
            OutputsDecider.Rendered seen,
            AppliedOutputs.Terms terms) {
        return session.createNativeQuery(
                        """
                        with published as (
                            update stack_applied set outputs = cast(cast(:outputs as text) as json),
                                outputs_hash = :hash, outputs_generation = :generation, outputs_ready = :ready
                        """
                                + NUMBERED,
                        Long.class)
                .setParameter("outputs", new String(EventJson.write(seen.outputs()), UTF_8))
                .setParameter("hash", seen.hash())
                .setParameter("generation", terms.generation())
                .setParameter("ready", terms.ready())
                .setParameter("tenant", applied.stack().tenantId())
                .setParameter("incarnation", applied.stack().incarnation())
                .setParameter("stack", applied.stack().stack())
                .getSingleResult()
                .chain(sequence ->
                        outbox.append(
                                session,
                                publications.outputs(applied.snapshot(sequence, seen, terms))));
    }

    private static OutputsDecider.Rendered standing(AppliedOutputs applied) {
        return new OutputsDecider.Rendered(
                applied.published(), String.valueOf(applied.standing().hash()));
    }
}
