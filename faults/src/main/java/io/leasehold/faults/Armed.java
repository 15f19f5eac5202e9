package io.leasehold.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * What a process is to be ended at, as the file says that it was started with: one line, {@code
 * STEP MOMENT SKIP EFFECT}. Whoever arms it writes the file; the process renames it when it
 * strikes.
 *
 * @param skip how often the step is passed before it strikes, from 0
 */
public record Armed(Step step, Moment moment, int skip, Effect effect) {

    /** One that ends the process. */
    public Armed(Step step, Moment moment, int skip) {
        this(step, moment, skip, Effect.KILL);
    }

    /** The same that only holds who comes there. */
    public Armed holding() {
        return new Armed(step, moment, skip, Effect.HOLD);
    }

    /**
     * Arms the process that was started with that file; replaces what was armed.
     *
     * @throws IOException when the file cannot be written
     */
    public void write(Path file) throws IOException {
        Path whole = beside(file, ".new");
        Files.writeString(whole, step + " " + moment + " " + skip + " " + effect);
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Takes back what is armed and has not struck.
     *
     * @return false when it had struck, or nothing was armed
     */
    public static boolean disarm(Path file) throws IOException {
        return Files.deleteIfExists(file);
    }

    /** Whether it has struck since that was last asked. */
    public static boolean struck(Path file) throws IOException {
        return Files.deleteIfExists(fired(file));
    }

    static Optional<Armed> read(Path file) {
        try {
            String[] words = Files.readString(file).strip().split(" ");
            return Optional.of(
                    new Armed(
                            Step.valueOf(words[0]),
                            Moment.valueOf(words[1]),
                            Integer.parseInt(words[2]),
                            Effect.valueOf(words[3])));
        } catch (IOException disarmed) {
            return Optional.empty();
        }
    }

    static Path fired(Path file) {
        return beside(file, ".fired");
    }

    private static Path beside(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }
}
