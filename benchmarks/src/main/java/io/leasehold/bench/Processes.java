package io.leasehold.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One look at {@code /proc}: who is whose child, and what each has used. The kernel adds a child's
 * time to its parent when the parent waits for it, so the time of short processes is not lost.
 * Immutable.
 */
public final class Processes {
    private static final Path PROC = Path.of("/proc");

    /** USER_HZ; the same on every Linux that we run on. */
    private static final long MILLIS_PER_TICK = 10;

    private static final int STATE = 0;
    private static final int PARENT = 1;
    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final int CHILDREN_USER = 13;
    private static final int CHILDREN_SYSTEM = 14;

    private final Map<Long, Entry> entries;

    private Processes(Map<Long, Entry> entries) {
        this.entries = entries;
    }

    private record Entry(
            String name, boolean ended, long parent, long ownMillis, long childrenMillis) {}

    /** Looks now. Processes that come or go meanwhile may be missing. */
    public static Processes look() {
        Map<Long, Entry> entries = new HashMap<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path directory : directories) {
                readStat(directory, entries);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Processes(Map.copyOf(entries));
    }

    private static void readStat(Path directory, Map<Long, Entry> into) {
        String stat;
        try {
            stat = Files.readString(directory.resolve("stat"));
        } catch (IOException _) {
            // Gone in the meantime.
            return;
        }
        int nameEnd = stat.lastIndexOf(')');
        String[] fields = stat.substring(nameEnd + 2).split(" ");
        into.put(
                Long.parseLong(directory.getFileName().toString()),
                new Entry(
                        stat.substring(stat.indexOf('(') + 1, nameEnd),
                        fields[STATE].equals("Z"),
                        Long.parseLong(fields[PARENT]),
                        millis(fields[USER]) + millis(fields[SYSTEM]),
                        millis(fields[CHILDREN_USER]) + millis(fields[CHILDREN_SYSTEM])));
    }

    private static long millis(String ticks) {
        return Long.parseLong(ticks) * MILLIS_PER_TICK;
    }

    /** What the process itself has used, in milliseconds; 0 if it is not there. */
    public long own(long pid) {
        Entry entry = entries.get(pid);
        return entry == null ? 0 : entry.ownMillis();
    }

    /** What all its descendants have used, those included that ended and were waited for. */
    long descendants(long pid) {
        Entry root = entries.get(pid);
        if (root == null) {
            return 0;
        }
        long sum = root.childrenMillis();
        for (long child : living(pid)) {
            Entry entry = entries.getOrDefault(child, new Entry("", true, 0, 0, 0));
            sum += entry.ownMillis() + entry.childrenMillis();
        }
        return sum;
    }

    /** The process and all its descendants. */
    public long tree(long pid) {
        return own(pid) + descendants(pid);
    }

    /** The living descendants, without the process itself. */
    List<Long> living(long pid) {
        List<Long> found = new ArrayList<>();
        Deque<Long> open = new ArrayDeque<>(List.of(pid));
        while (!open.isEmpty()) {
            long parent = open.remove();
            entries.forEach((child, entry) -> {
                if (entry.parent() == parent) {
                    found.add(child);
                    open.add(child);
                }
            });
        }
        return List.copyOf(found);
    }

    /** The children that have ended and wait to be waited for. */
    List<Long> endedChildren(long pid) {
        return entries.entrySet().stream()
                .filter(entry -> entry.getValue().parent() == pid && entry.getValue().ended())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The command's name as the kernel keeps it (15 characters); empty if it is not there. */
    String name(long pid) {
        Entry entry = entries.get(pid);
        return entry == null ? "" : entry.name();
    }
}
