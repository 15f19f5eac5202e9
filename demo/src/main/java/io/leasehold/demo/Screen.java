package io.leasehold.demo;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** What the person at the terminal reads, line by line with the elapsed time. Safe for threads. */
final class Screen {
    private static final double NANOS = 1_000_000_000.0;

    private final PrintStream out;
    private final long begin = System.nanoTime();

    Screen(PrintStream out) {
        this.out = out;
    }

    /** Seconds since the demo began. */
    double elapsed() {
        return (System.nanoTime() - begin) / NANOS;
    }

    /** A new chapter. */
    synchronized void chapter(String title) {
        out.println();
        out.println("== " + title);
    }

    /** Something happened. */
    synchronized void line(String text) {
        out.println(String.format(Locale.ROOT, "%6.1fs  %s", elapsed(), text));
    }

    /** Something happened to somebody. */
    void line(String who, String what) {
        line(String.format(Locale.ROOT, "%-8s %s", who, what));
    }

    /** Something was looked at from outside and is as promised. */
    void proof(String text) {
        line("  [ok]   " + text);
    }

    /** What somebody typed, and what came back; a block that nothing else interrupts. */
    synchronized void session(String command, List<String> answer) {
        line("$ " + command);
        for (String each : answer) {
            out.println("           " + each);
        }
    }

    /** Lines as they are. */
    synchronized void block(List<String> lines) {
        lines.forEach(out::println);
    }
}
