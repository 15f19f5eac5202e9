package io.leasehold.state.connection;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.impl.Http1xServerConnection;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a connection of HTTP/1 whose client says that nothing more will come from it, until what it
 * asked for is answered. Such a client may be gone or still be listening, and both look the same;
 * without this, the connection is closed at once. A request that was cut short is refused.
 *
 * <p>Lives on the connection's event loop, and is called on no other thread.
 */
final class HalfClosed extends ChannelInboundHandlerAdapter {
    private final ChannelHandlerContext last;

    /** Null while no request is being answered. */
    private @Nullable Runnable cutShort;

    private boolean pipelined;
    private boolean whole;
    private boolean over;

    private HalfClosed(ChannelHandlerContext last, Runnable cutShort) {
        this.last = last;
        this.cutShort = cutShort;
    }

    /**
     * The one of a connection, for a request whose head is there; what came behind the head is yet
     * to be read.
     *
     * @param cutShort answers that a part of the request is missing
     */
    static HalfClosed of(Http1xServerConnection connection, Runnable cutShort) {
        ChannelHandlerContext last = connection.channelHandlerContext();
        @Nullable HalfClosed known = last.pipeline().get(HalfClosed.class);
        last.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        if (known != null) {
            known.cutShort = cutShort;
            return known;
        }
        HalfClosed first = new HalfClosed(last, cutShort);
        last.pipeline().addBefore(last.name(), null, first);
        return first;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest) {
            pipelined |= cutShort != null;
            whole = false;
        }
        if (message instanceof LastHttpContent) {
            whole = true;
        }
        context.fireChannelRead(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            over = true;
            if (pipelined || cutShort == null) {
                // Which of them was cut short is not known, or none is there.
                close();
            } else if (!whole) {
                cutShort.run();
                close();
            }
        }
        context.fireUserEventTriggered(event);
    }

    /** The request was answered. */
    void answered() {
        // A connection that is kept must not keep a request, and with it a state, in the heap.
        cutShort = null;
        last.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        if (over) {
            close();
        }
    }

    /** Behind what is being written. */
    private void close() {
        var _ = last.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
}
