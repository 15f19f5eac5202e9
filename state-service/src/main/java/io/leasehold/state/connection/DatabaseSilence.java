package io.leasehold.state.connection;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Ends a connection to the database on which nothing was heard for too long, as if the database had
 * ended it. The client's own time-out ends it too, and forgets the statement that waits for its
 * answer (Vert.x 4.5.25): whoever asked would wait for ever. For the thread of its connection.
 */
final class DatabaseSilence extends IdleStateHandler {
    private static final Logger LOGGER = Logger.getLogger(DatabaseSilence.class);
    private static final String CLIENT = "io.vertx.pgclient.";

    private final Duration longest;

    DatabaseSilence(Duration longest) {
        super(longest.toMillis(), 0, 0, TimeUnit.MILLISECONDS);
        this.longest = longest;
    }

    @Override
    protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
        if (isOfDatabase(context)) {
            LOGGER.warnf("the database says nothing, a connection is given up after=%s", longest);
            // From the first handler on nobody but the socket hears of this, and then all do.
            var _ = context.close();
        }
    }

    /** Which it is can be told by then only; others have limits of their own. */
    private static boolean isOfDatabase(ChannelHandlerContext context) {
        for (Map.Entry<String, ChannelHandler> each : context.pipeline()) {
            if (each.getValue().getClass().getName().startsWith(CLIENT)) {
                return true;
            }
        }
        return false;
    }
}
