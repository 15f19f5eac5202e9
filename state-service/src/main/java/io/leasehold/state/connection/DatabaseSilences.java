package io.leasehold.state.connection;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import java.time.Duration;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Gives each connection that this service makes its {@link DatabaseSilence}, as Netty's service.
 */
public final class DatabaseSilences extends ChannelInitializerExtension {
    /** Later than the database ends who holds up others: who waits for those is not given up. */
    private static final Duration BEHIND = Duration.ofSeconds(3);

    /** For Netty. */
    public DatabaseSilences() {}

    @Override
    public void postInitializeClientChannel(Channel channel) {
        Duration silence =
                ConfigProvider.getConfig().getValue("leasehold.database.silence", Duration.class);
        channel.pipeline().addFirst(new DatabaseSilence(silence.plus(BEHIND)));
    }
}
