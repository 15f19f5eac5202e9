package io.leasehold.bench;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Keeps the time of processes whose parent does not wait for them. bubblewrap ends as soon as what
 * it wraps has ended, without waiting; the kernel would give the orphan, and all the time that was
 * used under it, to init. As a subreaper this process gets them instead.
 */
final class Orphans {
    private static final int SET_CHILD_SUBREAPER = 36;
    private static final int NO_HANG = 1;
    private static final Linker LINKER = Linker.nativeLinker();

    /** The only orphans we wait for: for its own children the JVM waits by itself. */
    private static final String WRAPPER = "bwrap";

    private final MethodHandle waitpid =
            function(
                    "waitpid",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_INT));

    private Orphans() {}

    /** From now on orphans among our descendants become our children. */
    static Orphans adopt() {
        MethodHandle prctl =
                function(
                        "prctl",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
        try {
            int result = (int) prctl.invokeExact(SET_CHILD_SUBREAPER, 1L);
            if (result != 0) {
                throw new BenchFailedException("the kernel does not let us adopt orphans");
            }
        } catch (Throwable e) { // what a method handle declares
            throw new BenchFailedException("orphans cannot be adopted", e);
        }
        return new Orphans();
    }

    /** Waits for those that have ended, so that they do not pile up; their time stays counted. */
    void bury() {
        long self = ProcessHandle.current().pid();
        Processes now = Processes.look();
        for (long pid : now.endedChildren(self)) {
            if (now.name(pid).equals(WRAPPER)) {
                await(Math.toIntExact(pid));
            }
        }
    }

    private void await(int pid) {
        try {
            int _ = (int) waitpid.invokeExact(pid, MemorySegment.NULL, NO_HANG);
        } catch (Throwable e) { // what a method handle declares
            throw new BenchFailedException("an orphan cannot be waited for", e);
        }
    }

    @SuppressWarnings("restricted") // the JDK has no other way to these two functions
    private static MethodHandle function(String name, FunctionDescriptor shape) {
        MemorySegment address = LINKER.defaultLookup().findOrThrow(name);
        return LINKER.downcallHandle(address, shape);
    }
}
