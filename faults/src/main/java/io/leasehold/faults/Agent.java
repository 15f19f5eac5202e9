package io.leasehold.faults;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code -javaagent:faults.jar=FILE}: the process ends itself, or holds a thread, where FILE says;
 * see {@link Armed}.
 */
public final class Agent {

    private Agent() {}

    /** Called by the JVM before the program begins. */
    public static void premain(String file, Instrumentation instrumentation) {
        FaultPoint.armedBy(Path.of(file).toAbsolutePath());
        instrumentation.addTransformer(new Weaving());
    }

    private static final class Weaving implements ClassFileTransformer {
        @Override
        public byte @Nullable [] transform(
                @Nullable ClassLoader loader,
                @Nullable String className,
                @Nullable Class<?> redefined,
                @Nullable ProtectionDomain domain,
                byte[] bytes) {
            List<Step> steps = className == null ? List.of() : Step.in(className.replace('/', '.'));
            if (steps.isEmpty()) {
                return null;
            }
            try {
                return Weaver.weave(bytes, steps, loader);
            } catch (RuntimeException e) {
                // The JVM would go on without a word, and without the step.
                System.err.println("faults: " + className + " cannot be woven: " + e);
                throw e;
            }
        }
    }
}
