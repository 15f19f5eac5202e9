package io.leasehold.provisioner.stateproxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * HTTP/1.1 over a channel that somebody else opened, one request after another, blocking. Netty's
 * codec reads and writes the messages; it is driven by hand, so that a held answer holds one
 * virtual thread and nothing else.
 */
final class HttpConversation {

    private static final Logger LOGGER = Logger.getLogger(HttpConversation.class);

    /** The largest state that the service takes. */
    private static final int BODY_LIMIT = 64 << 20;

    /** What one run may have sent and not been answered: one state and what is said around it. */
    static final int ROOM = BODY_LIMIT + (1 << 20);

    private HttpConversation() {}

    /** What is answered. */
    record Answer(HttpResponseStatus status, byte[] body) {

        static Answer of(HttpResponseStatus status, String text) {
            return new Answer(status, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Answers a request, taking as long as it needs. */
    @FunctionalInterface
    interface Handler {

        /** The request is not to be kept. */
        Answer answer(FullHttpRequest request) throws InterruptedException;
    }

    /** What a conversation has been sent and has not answered. One thread. */
    private static final class Unanswered {
        private final Semaphore room;
        private int bytes;

        Unanswered(Semaphore room) {
            this.room = room;
        }

        void add(int more) throws IOException {
            if (!room.tryAcquire(more)) {
                throw new IOException("a run sends more at once than a state can have");
            }
            bytes += more;
        }

        void answered() {
            room.release(bytes);
            bytes = 0;
        }
    }

    /**
     * Speaks until the other side ends.
     *
     * @param room {@link #ROOM} permits that all conversations of a run share: what they hold is in
     *     the memory of a worker that has others to serve
     */
    static void hold(ByteChannel connection, Semaphore room, Handler handler) throws IOException {
        Unanswered unanswered = new Unanswered(room);
        EmbeddedChannel codec =
                new EmbeddedChannel(
                        new HttpServerCodec(16 * 1024, 16 * 1024, 64 * 1024),
                        new HttpObjectAggregator(BODY_LIMIT));
        ByteBuffer buffer = ByteBuffer.allocate(32 * 1024);
        try {
            boolean alive = true;
            while (alive && connection.read(buffer.clear()) >= 0) {
                unanswered.add(buffer.position());
                codec.writeInbound(Unpooled.copiedBuffer(buffer.flip()));
                // "100 Continue", or a refusal of too large a body.
                flush(codec, connection);
                alive = answerAll(codec, connection, unanswered, handler) && codec.isOpen();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (CodecException e) {
            throw new IOException("not HTTP", e);
        } finally {
            unanswered.answered();
            release(codec);
        }
    }

    /** Half a request that was never completed is no error of ours. */
    private static void release(EmbeddedChannel codec) {
        try {
            codec.finishAndReleaseAll();
        } catch (CodecException e) {
            LOGGER.debugf("a conversation ended within a message reason=%s", e.getMessage());
        }
    }

    private static boolean answerAll(
            EmbeddedChannel codec, ByteChannel connection, Unanswered unanswered, Handler handler)
            throws IOException, InterruptedException {
        boolean alive = true;
        for (FullHttpRequest request = codec.readInbound();
                request != null;
                request = codec.readInbound()) {
            try {
                alive = HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
                Answer answer =
                        request.decoderResult().isSuccess()
                                ? handler.answer(request)
                                : Answer.of(HttpResponseStatus.BAD_REQUEST, "not HTTP");
                FullHttpResponse response =
                        new DefaultFullHttpResponse(
                                HttpVersion.HTTP_1_1,
                                answer.status(),
                                Unpooled.wrappedBuffer(answer.body()));
                response.headers().set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
                HttpUtil.setKeepAlive(response, alive);
                codec.writeOutbound(response);
                flush(codec, connection);
            } finally {
                request.release();
                unanswered.answered();
            }
        }
        return alive;
    }

    /** Head and body go out in one write: two would cost tofu a delayed acknowledgement. */
    private static void flush(EmbeddedChannel codec, ByteChannel connection) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (ByteBuf piece = codec.readOutbound(); piece != null; piece = codec.readOutbound()) {
            out.writeBytes(ByteBufUtil.getBytes(piece));
            piece.release();
        }
        ByteBuffer whole = ByteBuffer.wrap(out.toByteArray());
        while (whole.hasRemaining()) {
            connection.write(whole);
        }
    }
}
