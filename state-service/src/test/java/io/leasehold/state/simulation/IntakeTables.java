package io.leasehold.state.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.tenant.SpecHash;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.state.simulation.LedgerDoor.LogRecord;
import io.leasehold.state.simulation.Tables.Event;
import io.leasehold.state.simulation.Tables.Letter;
import io.leasehold.state.simulation.Tables.Life;
import io.leasehold.state.simulation.Tables.LifeId;
import io.leasehold.state.source.PlaceDecider;
import io.leasehold.state.source.PlaceDecider.Spot;
import io.leasehold.state.stack.Situation.Lifecycle;
import io.leasehold.state.tenant.Change;
import io.leasehold.state.tenant.KnownLife;
import io.leasehold.state.tenant.Verdict;
import io.leasehold.state.tenant.VerdictDecider;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code Intake} and {@code Judging} do, on tables. */
final class IntakeTables {
    private static final LifeId NOBODY = new LifeId("", 0);

    private final VerdictDecider decider = new VerdictDecider();
    private final PlanTables plans;
    private final @Nullable Defect defect;

    IntakeTables(PlanTables plans, @Nullable Defect defect) {
        this.plans = plans;
        this.defect = defect;
    }

    /** Empty where the ledger lacks what comes before. */
    Optional<Disposition> take(Tables tables, LogRecord record) {
        long next = tables.watermarks.getOrDefault(record.partition(), 0L);
        if (record.offset() > next) {
            return Optional.empty();
        }
        if (record.offset() < next && defect != Defect.WATERMARK_IS_NOT_LOOKED_AT) {
            return Optional.of(Disposition.BELOW_WATERMARK);
        }
        tables.watermarks.put(record.partition(), Math.max(next, record.offset() + 1));
        return Optional.of(judge(tables, record));
    }

    private Disposition judge(Tables tables, LogRecord record) {
        ObjectNode data = record.data();
        if (data == null) {
            return recorded(tables, record, NOBODY, null, Disposition.DEAD_LETTERED);
        }
        Change change = Change.of(data, SpecHash.of(data));
        List<Life> lives = tables.livesOf(change.tenantId());
        if (!record.byPosition()) {
            return follow(tables, record, change, decider.decide(known(lives, change), change));
        }
        Optional<Life> own =
                lives.stream()
                        .filter(life -> life.id.incarnation() == change.incarnation())
                        .findFirst();
        Change counted = change.as(1 + own.map(life -> life.generation).orElse(0L));
        boolean newer = isNewer(record, lives, own);
        Disposition disposition =
                follow(
                        tables,
                        record,
                        counted,
                        decider.decideByPosition(known(lives, counted), counted, newer));
        if (newer && disposition == Disposition.DUPLICATE) {
            own.ifPresent(life -> life.spot = spot(record));
        }
        return disposition;
    }

    private static boolean isNewer(LogRecord record, List<Life> lives, Optional<Life> own) {
        PlaceDecider.Verdict verdict =
                PlaceDecider.decide(
                        new PlaceDecider.Situation(
                                spot(record),
                                2,
                                2,
                                false,
                                lives.stream()
                                        .map(life -> life.spot)
                                        .filter(Objects::nonNull)
                                        .toList(),
                                own.map(life -> life.spot).orElse(null)));
        return switch (verdict) {
            case PlaceDecider.Verdict.Newer _ -> true;
            case PlaceDecider.Verdict.NotNewer _ -> false;
            case PlaceDecider.Verdict.Held held -> throw new IllegalStateException(held.why());
        };
    }

    private static Spot spot(LogRecord record) {
        return new Spot("input", 1, record.partition(), record.offset());
    }

    private List<KnownLife> known(List<Life> lives, Change change) {
        return lives.stream().map(life -> known(life, change)).toList();
    }

    private KnownLife known(Life life, Change change) {
        return new KnownLife(
                life.id.incarnation(),
                defect == Defect.ANY_GENERATION_IS_TAKEN ? 0 : life.generation,
                life.hash,
                life.lifecycle == Lifecycle.DELETED,
                false,
                life.hashes.get(change.generation()),
                life.spot);
    }

    private Disposition follow(Tables tables, LogRecord record, Change change, Verdict verdict) {
        LifeId id = new LifeId(change.tenantId(), (int) change.incarnation());
        return switch (verdict) {
            case Verdict.Accepted accepted ->
                    accept(tables, record, change, id, accepted.newLife());
            case Verdict.Duplicate _ -> recorded(tables, record, id, null, Disposition.DUPLICATE);
            case Verdict.Stale _ -> recorded(tables, record, id, null, Disposition.STALE);
            case Verdict.Refused _ -> recorded(tables, record, id, null, Disposition.DEAD_LETTERED);
        };
    }

    private Disposition accept(
            Tables tables, LogRecord record, Change change, LifeId id, boolean newLife) {
        Life life = newLife ? new Life(id) : Objects.requireNonNull(tables.lives.get(id));
        tables.lives.put(id, life);
        move(life, record, change);
        tables.letters.replaceAll((ref, letter) ->
                ref.tenantId().equals(id.tenantId())
                                && ref.incarnation() == id.incarnation()
                                && letter.status().equals("OPEN")
                        ? new Letter(
                                letter.revision(),
                                letter.generation(),
                                "SUPERSEDED",
                                letter.replays())
                        : letter);
        recorded(tables, record, id, change.generation(), Disposition.PENDING);
        plans.replan(tables, id);
        return tables.events.getLast().disposition();
    }

    /** A delete keeps the spec that it ends. */
    private static void move(Life life, LogRecord record, Change change) {
        life.generation = change.generation();
        life.hash = change.specHash();
        life.lifecycle = Lifecycle.valueOf(change.lifecycle().name());
        life.spot = spot(record);
        JsonNode policy = change.data().path("policy");
        life.deletePolicy = change.delete() ? policy : MissingNode.getInstance();
        if (!change.delete()) {
            life.spec = change.data();
            life.blueprint = change.blueprint();
        }
        Map<Long, String> hashes = new HashMap<>(life.hashes);
        hashes.putIfAbsent(change.generation(), change.specHash());
        life.hashes = Map.copyOf(hashes);
    }

    private static Disposition recorded(
            Tables tables,
            LogRecord record,
            LifeId life,
            @Nullable Long generation,
            Disposition disposition) {
        tables.events.add(
                new Event(
                        tables.next(),
                        life,
                        generation,
                        record.partition(),
                        record.offset(),
                        disposition));
        return disposition;
    }
}
