package io.leasehold.provisioner.process;

import java.io.ByteArrayOutputStream;

/** Keeps the first megabyte of what a short command prints. Any thread. */
public final class Capture {

    private static final int LIMIT = 1 << 20;

    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    /** Adds what fits; the rest is read and dropped, so that nobody blocks on a full pipe. */
    public synchronized void add(byte[] piece) {
        kept.write(piece, 0, Math.min(piece.length, LIMIT - kept.size()));
    }

    /** What was kept. */
    public synchronized byte[] bytes() {
        return kept.toByteArray();
    }
}
