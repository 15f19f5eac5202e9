package io.leasehold.state.tfstate;

import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Looks at what event loops do, a hundred times a second: work that takes long for a large state
 * must not be seen there. Unlike a measured delay this says the same on a busy machine.
 */
final class EventLoopWatch implements AutoCloseable {
    /** By method: on a busy machine a loop is also seen on its way to where the work is done. */
    private static final Pattern LONG_WORK =
            Pattern.compile(
                    "io\\.leasehold\\.state\\.tfstate\\."
                            + "(StateDocument\\.(read|outputs)|StatePacking\\.(packed|compressed|unpacked|md5))");

    private static final long LOOK_AGAIN_MILLIS = 10;

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor();

    static EventLoopWatch begin() {
        EventLoopWatch watch = new EventLoopWatch();
        var _ =
                watch.looking.scheduleAtFixedRate(
                        watch::look, 0, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        return watch;
    }

    private void look() {
        Thread.getAllStackTraces()
                .forEach((thread, stack) -> {
                    if (thread.getName().startsWith("vert.x-eventloop")
                            && Arrays.stream(stack).anyMatch(EventLoopWatch::isLongWork)) {
                        seen.add(
                                Arrays.stream(stack)
                                        .map(StackTraceElement::toString)
                                        .collect(Collectors.joining("\n  ", thread + "\n  ", "")));
                    }
                });
    }

    private static boolean isLongWork(StackTraceElement frame) {
        return LONG_WORK.matcher(frame.getClassName() + "." + frame.getMethodName()).matches();
    }

    /** The stacks of event loops that were at long work. */
    Queue<String> seen() {
        return seen;
    }

    @Override
    public void close() {
        looking.shutdownNow();
    }
}
