package io.leasehold.state.connection;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.smallrye.config.SmallRyeConfig;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Gives each connection its {@link HeadDeadline} and its {@link TransportProblems}. Vert.x shows a
 * connection only when the head of its first request is there, which is too late; Netty finds this
 * class by its service file, once {@link #SWITCH} is on.
 */
public final class HeadDeadlines extends ChannelInitializerExtension {
    /** The system property, and the value, with which Netty looks for extensions. */
    public static final String SWITCH = "io.netty.bootstrap.extensions";

    public static final String ON = "serviceload";

    /** For Netty. */
    public HeadDeadlines() {}

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        ConnectionConfig config =
                ConfigProvider.getConfig()
                        .unwrap(SmallRyeConfig.class)
                        .getConfigMapping(ConnectionConfig.class);
        channel.pipeline()
                .addFirst(new HeadDeadline(config.headPatience()), new TransportProblems());
    }
}
