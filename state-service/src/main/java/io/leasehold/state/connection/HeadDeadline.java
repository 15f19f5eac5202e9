package io.leasehold.state.connection;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes its connection when the head of a request does not come to its end in time. An idle
 * time-out alone would wait for ever for a client that sends a byte now and then.
 *
 * <p>Lives on the connection's event loop, and is called on no other thread.
 */
final class HeadDeadline extends ChannelInboundHandlerAdapter {
    private final Duration patience;
    private boolean awaited = true;
    private @Nullable Future<?> deadline;

    HeadDeadline(Duration patience) {
        this.patience = patience;
    }

    /** The one of a connection, or null when it has none. */
    static @Nullable HeadDeadline of(HttpConnection connection) {
        return connection instanceof ConnectionBase base
                ? base.channel().pipeline().get(HeadDeadline.class)
                : null;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (awaited && deadline == null) {
            deadline =
                    context.executor()
                            .schedule(
                                    () -> {
                                        var _ = context.close();
                                    },
                                    patience.toMillis(),
                                    TimeUnit.MILLISECONDS);
        }
        context.fireChannelRead(bytes);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        headCame();
        context.fireChannelInactive();
    }

    /** The head is there; what follows is not looked at. */
    void headCame() {
        awaited = false;
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    /** The request was answered; the next byte begins the next head. */
    void answered() {
        awaited = true;
    }
}
