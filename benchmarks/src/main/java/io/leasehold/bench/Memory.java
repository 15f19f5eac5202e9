package io.leasehold.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process holds in memory, in bytes; 0 when it is gone. */
final class Memory {
    private static final long KIB = 1024;

    private Memory() {}

    /** The most that was ever resident. */
    static long peak(long pid) {
        return line(Path.of("/proc", Long.toString(pid), "status"), "VmHWM:");
    }

    /** Its fair part of what is resident now: what several share is divided between them. */
    static long proportional(long pid) {
        return line(Path.of("/proc", Long.toString(pid), "smaps_rollup"), "Pss:");
    }

    private static long line(Path file, String key) {
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(key)) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB;
                }
            }
        } catch (IOException _) {
            // The process is gone or not ours to look at: nothing to add.
        }
        return 0;
    }
}
