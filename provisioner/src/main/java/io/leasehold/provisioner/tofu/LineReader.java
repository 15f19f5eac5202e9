package io.leasehold.provisioner.tofu;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Cuts a byte stream into lines. A line has at most a megabyte; what is longer is cut and the rest
 * of it skipped. One thread.
 */
final class LineReader {

    private static final int LIMIT = 1 << 20;

    private final Consumer<String> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    LineReader(Consumer<String> lines) {
        this.lines = lines;
    }

    void add(byte[] piece) {
        int start = 0;
        for (int i = 0; i < piece.length; i++) {
            if (piece[i] == '\n') {
                keep(piece, start, i);
                flush();
                start = i + 1;
            }
        }
        keep(piece, start, piece.length);
    }

    /** The last line may have no end. */
    void end() {
        if (line.size() > 0) {
            flush();
        }
    }

    private void keep(byte[] piece, int from, int to) {
        line.write(piece, from, Math.min(to - from, LIMIT - line.size()));
    }

    private void flush() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        lines.accept(text);
    }
}
