package io.leasehold.state.problem;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.leasehold.ledger.api.Paths;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Executable;
import org.jspecify.annotations.Nullable;

/**
 * A field of the wire that is not said to be nullable must be there and must not be null: a
 * document without it is refused where it is read, and nothing behind has to look. Only a truth may
 * be left out or null, for no: what is not asked for is not done.
 */
@Singleton
public class RequiredFields implements ObjectMapperCustomizer {
    private static final String WIRE = Paths.class.getPackageName();

    @Override
    public void customize(ObjectMapper mapper) {
        mapper.registerModule(
                new SimpleModule("leasehold-required") {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public void setupModule(SetupContext context) {
                        super.setupModule(context);
                        context.insertAnnotationIntrospector(new Required());
                    }
                });
    }

    private static final class Required extends NopAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        @Override
        public @Nullable Boolean hasRequiredMarker(AnnotatedMember member) {
            return isRequired(member) ? Boolean.TRUE : null;
        }

        @Override
        public JsonSetter.Value findSetterInfo(Annotated annotated) {
            return isRequired(annotated)
                    ? JsonSetter.Value.forValueNulls(Nulls.FAIL)
                    : JsonSetter.Value.empty();
        }

        private static boolean isRequired(Annotated annotated) {
            return annotated instanceof AnnotatedParameter parameter
                    && parameter.getDeclaringClass().getName().startsWith(WIRE)
                    && parameter.getOwner().getAnnotated() instanceof Executable maker
                    && isRequired(maker.getAnnotatedParameterTypes()[parameter.getIndex()]);
        }

        private static boolean isRequired(AnnotatedType type) {
            return type.getType() != boolean.class && !type.isAnnotationPresent(Nullable.class);
        }
    }
}
