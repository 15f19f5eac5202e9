package io.leasehold.state.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.leasehold.state.problem.RouteProblems;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.quarkus.arc.Arc;
import java.util.Locale;

/**
 * Gives a refusal of the server itself the form of all others. What is no HTTP, or has too long a
 * head, is seen by no route: Vert.x answers it with a status and no word, and closes, and Quarkus
 * leaves no say in it.
 *
 * <p>Sees the bytes as they leave: at the start of a connection there is nothing else to stand
 * behind.
 */
final class TransportProblems extends ChannelOutboundHandlerAdapter {
    private static final ByteBuf BEGINS =
            Unpooled.unreleasableBuffer(Unpooled.copiedBuffer("HTTP/1.", US_ASCII));
    private static final int STATUS_AT = 9;
    private static final int STATUS_ENDS = 12;

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        var _ = context.write(message instanceof ByteBuf bytes ? said(bytes) : message, promise);
    }

    /** What leaves instead of these bytes; mostly themselves. */
    private static ByteBuf said(ByteBuf bytes) {
        if (!begins(bytes)) {
            return bytes;
        }
        String head = bytes.toString(US_ASCII);
        if (!isWordless(head.toLowerCase(Locale.ROOT))) {
            return bytes;
        }
        bytes.release();
        return worded(head);
    }

    private static boolean begins(ByteBuf bytes) {
        int length = BEGINS.readableBytes();
        return bytes.readableBytes() > STATUS_ENDS
                && bytes.getByte(bytes.readerIndex() + STATUS_AT) == '4'
                && ByteBufUtil.equals(bytes, bytes.readerIndex(), BEGINS, 0, length);
    }

    /** Ours say what type they have. */
    private static boolean isWordless(String head) {
        return head.endsWith("\r\n\r\n")
                && head.contains("\r\ncontent-length: 0\r\n")
                && !head.contains("\r\ncontent-type:");
    }

    private static ByteBuf worded(String head) {
        String body =
                Arc.requireContainer()
                        .instance(RouteProblems.class)
                        .get()
                        .written(Integer.parseInt(head.substring(STATUS_AT, STATUS_ENDS)));
        return Unpooled.copiedBuffer(
                "%s\r\nconnection: close\r\ncontent-type: application/problem+json\r\ncontent-length: %d\r\n\r\n%s"
                        .formatted(head.substring(0, head.indexOf('\r')), body.length(), body),
                US_ASCII);
    }
}
