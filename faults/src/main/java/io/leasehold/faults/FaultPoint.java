package io.leasehold.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What woven methods call. Any thread. */
public final class FaultPoint {

    private static final Map<Step, Integer> passed = new EnumMap<>(Step.class);

    private static volatile @Nullable Path file;

    private FaultPoint() {}

    static void armedBy(Path path) {
        file = path;
    }

    /**
     * A step is reached. Returns, unless this is what is armed.
     *
     * @param step a {@link Step}
     * @param moment a {@link Moment}
     * @param argument the first argument of its method
     */
    public static void reached(String step, String moment, @Nullable Object argument) {
        Path armedBy = file;
        // A look at the file system for each step is what tests can afford and services never pay.
        if (armedBy == null || !Files.exists(armedBy)) {
            return;
        }
        Optional<Armed> armed = Armed.read(armedBy);
        if (armed.isPresent()
                && armed.get().step().name().equals(step)
                && armed.get().moment().name().equals(moment)
                && fits(armed.get().step(), argument)
                && turn(armed.get())) {
            strike(armedBy, armed.get().effect());
        }
    }

    private static boolean fits(Step step, @Nullable Object argument) {
        return step.argument()
                .map(wanted -> String.valueOf(argument).contains(wanted))
                .orElse(true);
    }

    private static synchronized boolean turn(Armed armed) {
        int before = passed.getOrDefault(armed.step(), 0);
        passed.put(armed.step(), before + 1);
        if (before < armed.skip()) {
            return false;
        }
        // Who lives on may be armed again, and what was passed until now is of no account then.
        passed.clear();
        return true;
    }

    private static void strike(Path armedBy, Effect effect) {
        try {
            Files.move(armedBy, Armed.fired(armedBy), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException disarmed) {
            // It was taken back, or another thread of this process strikes.
            return;
        }
        switch (effect) {
            case KILL -> SelfKill.now();
            case HOLD -> hold();
        }
    }

    /** Does not return: an interrupt is as good as nothing to who is to be dead soon. */
    private static void hold() {
        while (true) {
            // With its flag set a thread is never parked, and would take a processor for itself.
            var _ = Thread.interrupted();
            LockSupport.park();
        }
    }
}
