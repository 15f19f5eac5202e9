package io.leasehold.provisioner.runner;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The slots of a worker with their threads. Any thread. */
final class Slots implements Drain.AtWork {

    private final List<Slot> slots = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private volatile boolean draining;

    /** Starts one. It ends at once when the others are on their way to their end. */
    void open(Slot slot, String name) {
        slots.add(slot);
        if (draining) {
            slot.drain();
        }
        threads.add(Thread.ofPlatform().name(name + "-" + slots.size()).daemon().start(slot));
    }

    /** Whether one of them carries out that run now. */
    boolean workOn(String runId) {
        return slots.stream().anyMatch(slot -> slot.worksOn(runId));
    }

    /** No further run in any of them. */
    void drain() {
        draining = true;
        slots.forEach(Slot::drain);
    }

    @Override
    public void stop() {
        slots.forEach(Slot::stop);
    }

    @Override
    public boolean ends() {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public boolean endsWithin(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        try {
            for (Thread thread : threads) {
                if (!thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
