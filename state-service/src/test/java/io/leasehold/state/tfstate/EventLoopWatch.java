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
    private static final Pattern LONG_WORK =
            Pattern.compile("io\\.leasehold\\.state\\.tfstate\\.(StateDocument|StatePacking).*");
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
                            && Arrays.stream(stack)
                                    .anyMatch(frame ->
                                            LONG_WORK.matcher(frame.getClassName()).matches())) {
                        seen.add(
                                Arrays.stream(stack)
                                        .map(StackTraceElement::toString)
                                        .collect(Collectors.joining("\n  ", thread + "\n  ", "")));
                    }
                });
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
