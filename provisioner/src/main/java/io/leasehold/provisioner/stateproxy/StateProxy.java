package io.leasehold.provisioner.stateproxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.provisioner.door.Service;
import io.leasehold.provisioner.ledger.Patience;
import io.leasehold.provisioner.ledger.Trouble;
import io.leasehold.provisioner.stateproxy.StateUpstream.StateRead;
import io.leasehold.provisioner.stateproxy.StateUpstream.StateWrite;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP backend that one run's tofu sees. It holds no secret of ours and needs none: the worker
 * adds the credential behind it.
 *
 * <p>A write is on this machine's disk before it is sent on. While the state service is away the
 * answer is held back: tofu would otherwise give up after three seconds and its state would be gone
 * with the sandbox. It waits until the service is back, {@link #close} says that the lease is over,
 * or the service has failed at this very request so often that waiting will not mend it. LOCK and
 * UNLOCK are answered here, since the claim already keeps everybody else out.
 *
 * <p>Each connection has a virtual thread; writes go one after another.
 */
public final class StateProxy implements Service, AutoCloseable {

    private static final Logger LOGGER = Logger.getLogger(StateProxy.class);

    private final String runId;
    private final StateAccess access;
    private final StateUpstream upstream;
    private final StateDelivery delivery;
    private final Consumer<byte[]> seen;
    private final Semaphore room = new Semaphore(HttpConversation.ROOM);
    private final Set<Object> writes = ConcurrentHashMap.newKeySet();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicReference<StateWrite.@Nullable Refused> refusal = new AtomicReference<>();

    /** For one run. */
    StateProxy(
            String runId,
            StateAccess access,
            StateUpstream upstream,
            StateDelivery delivery,
            Consumer<byte[]> seen) {
        this.runId = runId;
        this.access = access;
        this.upstream = upstream;
        this.delivery = delivery;
        this.seen = seen;
    }

    /** A stack that never had a state and never gets one: for initialising modules. */
    public static Service ofNoState() {
        return connection ->
                HttpConversation.hold(
                        connection,
                        new Semaphore(HttpConversation.ROOM),
                        _ -> HttpConversation.Answer.of(HttpResponseStatus.NOT_FOUND, ""));
    }

    @Override
    public void serve(ByteChannel connection) throws IOException {
        HttpConversation.hold(connection, room, this::answer);
    }

    /** The same for one user of HTTP's own, and nothing for anybody else. */
    public Service answeringTo(String user, String password) {
        byte[] expected =
                ("Basic "
                                + Base64.getEncoder()
                                        .encodeToString((user + ":" + password).getBytes(UTF_8)))
                        .getBytes(UTF_8);
        return connection ->
                HttpConversation.hold(
                        connection,
                        room,
                        request -> {
                            String given = request.headers().get("Authorization", "");
                            return MessageDigest.isEqual(given.getBytes(UTF_8), expected)
                                    ? answer(request)
                                    : HttpConversation.Answer.of(
                                            HttpResponseStatus.UNAUTHORIZED, "not of this run");
                        });
    }

    /** True from when a write was read to when it was answered. */
    public boolean writeInFlight() {
        return !writes.isEmpty();
    }

    /**
     * As {@link #writeInFlight}, of those writes only that have begun by now. For whoever is about
     * to ask again or to kill: what a run begins after that it begins in vain, or one that writes
     * without end would never be ended.
     */
    public BooleanSupplier writesUnderWay() {
        Set<Object> begun = Set.copyOf(writes);
        return () -> begun.stream().anyMatch(writes::contains);
    }

    /** What happened so far. */
    public StateReport report() {
        return new StateReport(
                reads.get(),
                accepted.get(),
                delivery.stored(),
                Optional.ofNullable(refusal.get()),
                delivery.spooled());
    }

    /** The lease is over: nothing is sent on any more, and what waits stops waiting. */
    @Override
    public void close() {
        delivery.leaseOver();
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
        Patience patience = delivery.patience();
        while (true) {
            switch (upstream.get()) {
                case StateRead.Found(byte[] state) -> {
                    reads.incrementAndGet();
                    note(state);
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
                    return conflict(code + ": " + reason);
                }
                case StateRead.Failed(Trouble trouble, String reason) -> {
                    Optional<Duration> pause = patience.after(trouble);
                    if (pause.isEmpty()) {
                        LOGGER.errorf(
                                "the state service fails at giving a state runId=%s reason=%s",
                                runId, reason);
                        return conflict("the state service fails at giving it: " + reason);
                    }
                    if (delivery.pause(pause.get(), "read", reason)) {
                        return conflict("the lease is over");
                    }
                }
            }
        }
    }

    /** What is done with what is seen is done as far as it can be; the state itself must get on. */
    private void note(byte[] state) {
        try {
            seen.accept(state);
        } catch (RuntimeException | Error e) {
            LOGGER.errorf(e, "a state was not looked through runId=%s", runId);
        }
    }

    private HttpConversation.Answer write(FullHttpRequest request) throws InterruptedException {
        if (!access.writable()) {
            return HttpConversation.Answer.of(
                    HttpResponseStatus.FORBIDDEN, "this run may read the state, not write it");
        }
        Object writing = new Object();
        writes.add(writing);
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
            note(state);
            return answer(delivery.deliver(state, claimed));
        } finally {
            writes.remove(writing);
        }
    }

    private HttpConversation.Answer answer(StateDelivery.Receipt receipt) {
        return switch (receipt) {
            case StateDelivery.Receipt.Stored() -> {
                accepted.incrementAndGet();
                yield HttpConversation.Answer.of(HttpResponseStatus.OK, "");
            }
            case StateDelivery.Receipt.Refused(StateWrite.Refused refused) -> {
                refusal.set(refused);
                yield conflict(refused.code() + ": " + refused.reason());
            }
            case StateDelivery.Receipt.Undelivered(String why) ->
                    conflict(why + "; the state stays with the worker");
        };
    }

    /** tofu does not ask again after that. */
    private static HttpConversation.Answer conflict(String why) {
        return HttpConversation.Answer.of(HttpResponseStatus.CONFLICT, why);
    }

    private static String md5(byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }
}
