package io.leasehold.state.hold;

import io.leasehold.ledger.api.HoldRelease;
import io.leasehold.ledger.api.HoldReply;
import io.leasehold.ledger.api.HoldRequest;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.audit.Reason;
import io.leasehold.state.hold.HoldRows.Held;
import io.leasehold.state.hold.HoldRows.Target;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.stack.StackPlanner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Holds stacks and lets them go, for a reason, audited, each in one transaction with what follows:
 * the plan of the life. Whoever calls wakes the claims and the publishers. Safe to share.
 */
@ApplicationScoped
class Holds {
    /** Beyond, an instant has more digits than its readers know, and at last than the database. */
    private static final Instant LATEST = Instant.parse("+10000-01-01T00:00:00Z");

    private final Mutiny.SessionFactory sessions;
    private final HoldRows rows;
    private final StackPlanner planner;
    private final Audit audit;
    private final Clock clock;

    Holds(
            Mutiny.SessionFactory sessions,
            HoldRows rows,
            StackPlanner planner,
            Audit audit,
            Clock clock) {
        this.sessions = sessions;
        this.rows = rows;
        this.planner = planner;
        this.audit = audit;
        this.clock = clock;
    }

    /** Holds it; a hold of the same kind is replaced, one of another kind stays. */
    Uni<HoldReply> hold(Target target, String actor, HoldRequest request) {
        HoldRows.Hold hold =
                new HoldRows.Hold(
                        HoldCode.OPERATOR,
                        actor,
                        Reason.required(request.reason()),
                        until(request.until()));
        return change(
                target,
                session -> audit.record(session, actor, "hold", target.toString(), hold.reason()),
                (session, stacks) ->
                        eachOf(
                                        stacks,
                                        row ->
                                                row.code() == null
                                                        || isOperators(row)
                                                        || isBreakers(row),
                                        row -> rows.hold(session, target, row.stack(), hold))
                                .call(() ->
                                        target.stack() == null
                                                ? rows.holdLife(session, target, hold)
                                                : Uni.createFrom().voidItem())
                                .map(held -> new HoldReply(heldWords(target, stacks, held), held)));
    }

    /**
     * Lets it go. Of a life, what a person held; a stack that is held for another reason must be
     * named, so that nobody lets go what they did not mean.
     */
    Uni<HoldReply> letGo(Target target, String actor, HoldRelease request) {
        String reason = Reason.required(request.reason());
        return change(
                target,
                session -> audit.record(session, actor, "unhold", target.toString(), reason),
                (session, stacks) ->
                        eachOf(
                                        stacks,
                                        row ->
                                                row.code() != null
                                                        && !isBreakers(row)
                                                        && (target.stack() != null
                                                                || isOperators(row)),
                                        row -> rows.letGo(session, target, row.stack()))
                                .call(() ->
                                        target.stack() == null
                                                ? rows.letGoLife(session, target)
                                                : Uni.createFrom().voidItem())
                                .map(free -> new HoldReply(freeWords(stacks, free), free)));
    }

    private interface Change {
        Uni<HoldReply> apply(Mutiny.Session session, List<Held> stacks);
    }

    private Uni<HoldReply> change(
            Target target, Function<Mutiny.Session, Uni<Void>> audited, Change change) {
        return sessions.withTransaction((session, _) ->
                rows.isKnown(session, target)
                        .chain(known ->
                                rows.lock(session, target)
                                        .invoke(stacks -> {
                                            if (!known
                                                    || (target.stack() != null
                                                            && stacks.isEmpty())) {
                                                throw new Refusal(
                                                        404,
                                                        "STACK_UNKNOWN",
                                                        "There is no " + target + ".");
                                            }
                                        }))
                        .chain(stacks -> change.apply(session, stacks))
                        .call(() -> audited.apply(session))
                        .call(() ->
                                planner.replan(session, target.tenantId(), target.incarnation())));
    }

    private static Uni<List<String>> eachOf(
            List<Held> stacks, Function<Held, Boolean> which, Function<Held, Uni<Void>> work) {
        List<String> names = new ArrayList<>();
        Uni<Void> all = Uni.createFrom().voidItem();
        for (Held row : stacks) {
            if (which.apply(row)) {
                names.add(row.stack());
                all = all.chain(() -> work.apply(row));
            }
        }
        return all.replaceWith(names);
    }

    private static boolean isOperators(Held row) {
        return HoldCode.OPERATOR.name().equals(row.code());
    }

    /** Let go by the breaker: it would be held again before it began. */
    private static boolean isBreakers(Held row) {
        return HoldCode.BREAKER.name().equals(row.code());
    }

    private static String heldWords(Target target, List<Held> stacks, List<String> held) {
        if (target.stack() != null && held.isEmpty()) {
            return "Nothing changed: "
                    + target
                    + " is held already ("
                    + stacks.getFirst().held()
                    + ").";
        }
        boolean atWork =
                stacks.stream().anyMatch(row -> row.run() != null && held.contains(row.stack()));
        return target
                + " is held: nothing of it runs."
                + replaced(stacks)
                + (atWork
                        ? " A run is at work: its plan is dropped, but an apply goes on to its end;"
                                + " leasehold runs cancel stops that too."
                        : "");
    }

    /** Another person may rely on what is not in force any more. */
    private static String replaced(List<Held> stacks) {
        List<String> before =
                stacks.stream()
                        .filter(Holds::isOperators)
                        .map(row -> String.valueOf(row.held()))
                        .distinct()
                        .toList();
        return before.isEmpty()
                ? ""
                : " This takes the place of what held before (" + String.join("; ", before) + ").";
    }

    private static String freeWords(List<Held> stacks, List<String> free) {
        String words =
                free.isEmpty()
                        ? "Nothing was held by a person."
                        : "Let go: " + String.join(", ", free) + ".";
        return words
                + still(stacks, free, false, " Still held, to be let go by name: ")
                + still(stacks, free, true, " Held by a breaker (leasehold breakers): ");
    }

    private static String still(
            List<Held> stacks, List<String> free, boolean breakers, String words) {
        String held =
                stacks.stream()
                        .filter(row -> row.code() != null && !free.contains(row.stack()))
                        .filter(row -> isBreakers(row) == breakers)
                        .map(row -> row.stack() + " (" + row.held() + ")")
                        .collect(Collectors.joining(", "));
        return held.isEmpty() ? "" : words + held + ".";
    }

    private @Nullable String until(@Nullable String given) {
        if (given == null) {
            return null;
        }
        try {
            Instant until = OffsetDateTime.parse(given).toInstant();
            if (until.isAfter(clock.instant()) && until.isBefore(LATEST)) {
                return until.toString();
            }
        } catch (DateTimeParseException e) {
            // Refused below.
        }
        throw new Refusal(
                400,
                "UNTIL_INVALID",
                "A hold ends at an instant to come, before the year 10000, such as"
                        + " 2030-01-31T18:00:00Z.");
    }
}
