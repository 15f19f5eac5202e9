package io.leasehold.faults;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** A real SIGKILL: no hook runs, nothing is flushed, and children see their parent die. */
final class SelfKill {

    private static final int SIGKILL = 9;

    private SelfKill() {}

    /** Does not return. */
    @SuppressWarnings("restricted") // a system call; where it is not allowed the JVM says so
    static void now() {
        Linker linker = Linker.nativeLinker();
        MethodHandle kill =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("kill"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try {
            int refused = (int) kill.invokeExact((int) ProcessHandle.current().pid(), SIGKILL);
            throw new IllegalStateException(
                    "a process may kill itself, and this could not: " + refused);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("kill(2) throws nothing", e);
        }
    }
}
