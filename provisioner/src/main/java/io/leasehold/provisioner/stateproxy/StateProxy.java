package io.leasehold.provisioner.stateproxy;

import io.leasehold.provisioner.door.Service;
import io.leasehold.provisioner.stateproxy.StateUpstream.StateRead;
import io.leasehold.provisioner.stateproxy.StateUpstream.StateWrite;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP backend that one run's tofu sees. It holds no secret of ours and needs none: the worker
 * adds the credential behind it.
 *
 * <p>A write is on this machine's disk before it is sent on. While the state service is away the
 * answer is held back: tofu would otherwise give up after three seconds and its state would be gone
 * with the sandbox. It waits until the service is back or {@link #close} says that the lease is
 * over. LOCK and UNLOCK are answered here, since the claim already keeps everybody else out.
 *
 * <p>Each connection has a virtual thread; writes go one after another.
 */
public final class StateProxy implements Service, AutoCloseable {

    private static final Logger LOGGER = Logger.getLogger(StateProxy.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final String runId;
    private final StateAccess access;
    private final StateUpstream upstream;
    private final Spool spool;
    private final Clock clock;
    private final ReentrantLock writing = new ReentrantLock();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicReference<StateWrite.@Nullable Refused> refusal = new AtomicReference<>();
    private volatile boolean spooled;

    /** For one run. */
    public StateProxy(
            String runId, StateAccess access, StateUpstream upstream, Spool spool, Clock clock) {
        this.runId = runId;
        this.access = access;
        this.upstream = upstream;
        this.spool = spool;
        this.clock = clock;
    }

    /** A stack that never had a state and never gets one: for initialising modules. */
    public static Service ofNoState() {
        return connection ->
                HttpConversation.hold(
                        connection,
                        _ -> HttpConversation.Answer.of(HttpResponseStatus.NOT_FOUND, ""));
    }

    @Override
    public void serve(ByteChannel connection) throws IOException {
        HttpConversation.hold(connection, this::answer);
    }

    /** True from when a write was read to when it was answered. */
    public boolean writeInFlight() {
        return inFlight.get() > 0;
    }

    /** What happened so far. */
    public StateReport report() {
        return new StateReport(
                reads.get(), accepted.get(), Optional.ofNullable(refusal.get()), spooled);
    }

    /** The lease is over: nothing is sent on any more, and what waits stops waiting. */
    @Override
    public void close() {
        closed.countDown();
    }

    private HttpConversation.Answer answer(FullHttpRequest request) throws InterruptedException {
        return switch (request.method().name()) {
            case "GET" -> read();
            case "POST" -> write(request);
            case "LOCK", "UNLOCK" -> HttpConversation.Answer.of(HttpResponseStatus.OK, "");
            default ->
                    HttpConversation.Answer.of(
                            HttpResponseStatus.METHOD_NOT_ALLOWED, "no such method here");
        };
    }

    private HttpConversation.Answer read() throws InterruptedException {
        Pause pause = new Pause();
        while (true) {
            switch (upstream.get()) {
                case StateRead.Found(byte[] state) -> {
                    reads.incrementAndGet();
                    return new HttpConversation.Answer(HttpResponseStatus.OK, state);
                }
                case StateRead.Absent() -> {
                    reads.incrementAndGet();
                    return HttpConversation.Answer.of(HttpResponseStatus.NOT_FOUND, "");
                }
                case StateRead.Refused(int status, String code, String reason) -> {
                    LOGGER.warnf(
                            "the state was not given runId=%s status=%d errorCode=%s",
                            runId, status, code);
                    return HttpConversation.Answer.of(
                            HttpResponseStatus.CONFLICT, code + ": " + reason);
                }
                case StateRead.Unavailable(String reason) -> {
                    if (pause.overAfter("read", reason)) {
                        return HttpConversation.Answer.of(
                                HttpResponseStatus.CONFLICT, "the lease is over");
                    }
                }
            }
        }
    }

    private HttpConversation.Answer write(FullHttpRequest request) throws InterruptedException {
        String leaseId = access.leaseId();
        if (!access.writable() || leaseId == null) {
            return HttpConversation.Answer.of(
                    HttpResponseStatus.FORBIDDEN, "this run may read the state, not write it");
        }
        inFlight.incrementAndGet();
        writing.lock();
        try {
            byte[] state = ByteBufUtil.getBytes(request.content());
            String claimed = request.headers().get("Content-MD5", "");
            if (!claimed.equals(md5(state))) {
                return HttpConversation.Answer.of(
                        HttpResponseStatus.BAD_REQUEST,
                        claimed.isEmpty()
                                ? "Content-MD5 is missing"
                                : "Content-MD5 is not that of the body");
            }
            spool.keep(
                    new Leftover(runId, access.stack(), leaseId, claimed, clock.instant()), state);
            spooled = true;
            return forward(state, claimed);
        } catch (IOException e) {
            LOGGER.errorf("the spool cannot be written to runId=%s reason=%s", runId, e);
            return HttpConversation.Answer.of(
                    HttpResponseStatus.CONFLICT, "the worker's spool cannot be written to");
        } finally {
            writing.unlock();
            inFlight.decrementAndGet();
        }
    }

    private HttpConversation.Answer forward(byte[] state, String md5)
            throws IOException, InterruptedException {
        Pause pause = new Pause();
        boolean over = closed.getCount() == 0;
        while (!over) {
            switch (upstream.post(state, md5)) {
                case StateWrite.Accepted() -> {
                    accepted.incrementAndGet();
                    spool.discard(runId);
                    spooled = false;
                    return HttpConversation.Answer.of(HttpResponseStatus.OK, "");
                }
                case StateWrite.Refused r -> {
                    refusal.set(r);
                    LOGGER.warnf(
                            "a state was refused and stays in the spool runId=%s status=%d"
                                    + " errorCode=%s",
                            runId, r.status(), r.code());
                    return HttpConversation.Answer.of(
                            HttpResponseStatus.CONFLICT, r.code() + ": " + r.reason());
                }
                case StateWrite.Unavailable(String reason) ->
                        over = pause.overAfter("write", reason);
            }
        }
        LOGGER.warnf("the lease is over, a state stays in the spool runId=%s", runId);
        return HttpConversation.Answer.of(
                HttpResponseStatus.CONFLICT, "the lease is over; the state is in the spool");
    }

    private static String md5(byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    /** Waits a little longer each time, and not at all once the proxy is closed. */
    private final class Pause {

        private Duration next = FIRST_PAUSE;

        /** Returns true when it is over for good. */
        boolean overAfter(String what, String reason) throws InterruptedException {
            if (next.equals(FIRST_PAUSE)) {
                LOGGER.infof(
                        "the state service is away, holding tofu runId=%s operation=%s reason=%s",
                        runId, what, reason);
            }
            boolean over = closed.await(next.toMillis(), TimeUnit.MILLISECONDS);
            next = next.multipliedBy(2);
            next = next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
            return over;
        }
    }
}
