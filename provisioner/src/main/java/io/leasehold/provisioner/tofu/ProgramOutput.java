package io.leasehold.provisioner.tofu;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Masks what programs of a module print where tofu cut it: each message is masked by itself, and a
 * program that pauses in the middle of a secret says it in two. For one thread at a time.
 */
final class ProgramOutput {
    /** More than tofu runs at a time. */
    private static final int MOST = 64;

    private final Masker masker;

    /** What each has begun to say, of those that have. */
    private final Map<String, String> begun =
            new LinkedHashMap<>(MOST, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
                    return size() > MOST;
                }
            };

    ProgramOutput(Masker masker) {
        this.masker = masker;
    }

    /** The same event, without what it goes on with and what the next may go on with. */
    TofuEvent joined(TofuEvent event) {
        if (!(event instanceof TofuEvent.Printed(String program, String output))) {
            return event;
        }
        Masker.Piece piece = masker.maskPiece(begun.getOrDefault(program, ""), output);
        if (piece.begun().isEmpty()) {
            begun.remove(program);
        } else {
            begun.put(program, piece.begun());
        }
        return new TofuEvent.Printed(program, piece.shown());
    }
}
