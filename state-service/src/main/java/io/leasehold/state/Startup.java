package io.leasehold.state;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import io.quarkus.jackson.ObjectMapperCustomizer;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;

/** What every feature shares: the clock, the JSON rules and the wake-up signals. */
@Singleton
public class Startup implements ObjectMapperCustomizer {
    /** Woken when a run may have become due. */
    public static final String CLAIMS = "claims";

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    @Named(CLAIMS)
    Signal claims(Vertx vertx, Hints hints) {
        Signal claims = new Signal(vertx);
        hints.carry(CLAIMS, claims);
        return claims;
    }

    /** Numbers stay what they were: 2^53 and 2^53+1 differ, and 1.10 keeps its digits. */
    @Override
    public void customize(ObjectMapper mapper) {
        mapper.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
        mapper.enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);
        mapper.setConfig(
                mapper.getDeserializationConfig()
                        .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES));
    }
}
