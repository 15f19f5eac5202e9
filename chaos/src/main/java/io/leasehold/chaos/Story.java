package io.leasehold.chaos;

import io.leasehold.events.EventType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What happens to one tenant: it is made, changed, perhaps deleted, perhaps made again. Among it
 * are events that are sent twice, and old ones that come late. For one thread.
 */
final class Story {
    private static final int MOST_CHANGES = 2;
    private static final int LONGEST_GAP_MILLIS = 7000;
    private static final int SHORTEST_GAP_MILLIS = 300;

    private final Random random;
    private final String tenant;
    private final List<Sending> events = new ArrayList<>();
    private long at;
    private long generation;
    private long mark;

    Story(Random random, String tenant, long beginMillis) {
        this.random = random;
        this.tenant = tenant;
        this.at = beginMillis;
    }

    List<Sending> events() {
        live(1);
        if (chance(25)) {
            die(1);
            if (chance(50)) {
                live(2);
                if (chance(30)) {
                    die(2);
                }
            }
        }
        return List.copyOf(events);
    }

    private void live(long incarnation) {
        generation = 1L + random.nextInt(2);
        mark = generation;
        send(EventType.TENANT_CREATED, incarnation);
        int changes = random.nextInt(MOST_CHANGES + 1);
        for (int i = 0; i < changes; i++) {
            long before = generation;
            generation += 1L + random.nextInt(3);
            // A change of nothing is a generation without a run.
            mark = chance(15) ? mark : generation;
            send(EventType.TENANT_UPDATED, incarnation);
            if (generation - before > 1 && chance(30)) {
                late(incarnation, generation - 1);
            }
            if (chance(20)) {
                again();
            }
        }
    }

    private void die(long incarnation) {
        generation++;
        mark = 0;
        send(EventType.TENANT_DELETED, incarnation);
        if (chance(30)) {
            again();
        }
    }

    private void send(EventType type, long incarnation) {
        events.add(
                new Sending(
                        Duration.ofMillis(at),
                        type,
                        new Wish(tenant, incarnation, generation, mark)));
        at += SHORTEST_GAP_MILLIS + random.nextInt(LONGEST_GAP_MILLIS);
    }

    /** One that was sent before, as an upstream does that lost the answer. */
    private void again() {
        Sending before = events.get(random.nextInt(events.size()));
        events.add(new Sending(soon(), before.type(), before.wish()));
    }

    /** One that nobody sent so far, and that is older than what was sent: a change or a delete. */
    private void late(long incarnation, long old) {
        boolean delete = chance(30);
        events.add(
                new Sending(
                        soon(),
                        delete ? EventType.TENANT_DELETED : EventType.TENANT_UPDATED,
                        new Wish(tenant, incarnation, old, delete ? 0 : old)));
    }

    private Duration soon() {
        return Duration.ofMillis(at + random.nextInt(SHORTEST_GAP_MILLIS));
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }
}
