package io.leasehold.state.access;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.leasehold.state.request.CurrentRequest;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what people send more strictly than what services send: a field that nobody knows is one
 * that was meant to say something. A service may be newer than this one, and send more.
 */
@Provider
public class PeoplesBodies implements ReaderInterceptor {
    /** Bound while such a body is read; what is stored may hold more at any time. */
    private static final ScopedValue<Boolean> READING = ScopedValue.newInstance();

    private final CurrentRequest current;

    PeoplesBodies(CurrentRequest current) {
        this.current = current;
    }

    /** Reads on, under the rule for who may send it. */
    @Override
    public @Nullable Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        List<String> roles = current.openTo();
        return !roles.isEmpty() && Role.OF_PEOPLE.containsAll(roles)
                ? ScopedValue.where(READING, true)
                        .<@Nullable Object, IOException>call(context::proceed)
                : context.proceed();
    }

    /**
     * Refuses a field that nobody knows, in such a body. One that is null says nothing: a newer
     * command line sends those that it was not asked for.
     */
    static final class Known extends DeserializationProblemHandler {
        @Override
        public boolean handleUnknownProperty(
                DeserializationContext context,
                JsonParser parser,
                JsonDeserializer<?> deserializer,
                Object beanOrClass,
                String name)
                throws IOException {
            if (READING.isBound() && !parser.hasToken(JsonToken.VALUE_NULL)) {
                throw UnrecognizedPropertyException.from(parser, beanOrClass, name, List.of());
            }
            return false;
        }
    }
}
