package io.leasehold.provisioner.tofu;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Masks what programs of a module print where tofu cut it: a program that pauses in the middle of a
 * secret says it in two messages, neither of which holds it. For one thread at a time.
 */
final class ProgramOutput {
    /** More than tofu runs at a time. */
    private static final int MOST = 64;

    /** Of a program's name: who prints straight into tofu's stream makes it as long as a line. */
    private static final int NAME = 1_000;

    private final Masker masker;

    /** Where what each said ended, of those that may be in the middle of a secret. */
    private final Map<String, Masker.End> ends =
            new LinkedHashMap<>(MOST, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Masker.End> eldest) {
                    return size() > MOST;
                }
            };

    ProgramOutput(Masker masker) {
        this.masker = masker;
    }

    /** What it printed, without what it goes on with and what the next message may go on with. */
    String shown(String program, String output) {
        String name = program.substring(0, Math.min(NAME, program.length()));
        ends.replaceAll((_, end) -> masker.renewed(end));
        Masker.Piece piece = masker.maskPiece(ends.get(name), output);
        Masker.End end = piece.end();
        if (end == null) {
            ends.remove(name);
        } else {
            ends.put(name, end);
        }
        return piece.shown();
    }
}
