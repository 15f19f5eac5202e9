package io.leasehold.provisioner.sandbox;

import io.leasehold.provisioner.door.DoorRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What must hold of a tier, one property at a time, and how each is tried. */
interface ProbeList {

    /** The name that a door of the probe has. */
    String DOOR_NAME = "probe.leasehold.internal";

    /** What the probe has laid out on the host. */
    record Bait(int port, Path canary, Path given, Path shared) {}

    /**
     * One attempt.
     *
     * @param attempt what the probe program is told
     * @param mustBePossible whether it must be possible or must not
     * @param part what it means when it is the other way
     */
    record Check(String attempt, boolean mustBePossible, String part) {

        static Check never(String attempt, String part) {
            return new Check(attempt, false, part);
        }

        static Check always(String attempt, String part) {
            return new Check(attempt, true, part);
        }
    }

    /** What is not there that is needed before anything can be tried. */
    Optional<ProbeResult> missing();

    /** All of it, in the order in which it is told. */
    List<Check> checks(Bait bait);

    /** A door to the probe's listener. */
    DoorRule door(int port);

    /** What can be seen on the host only, after the probe's run. */
    Optional<ProbeResult> afterwards(Bait bait) throws IOException;

    /** Once all holds: what it does without. */
    Optional<ProbeResult.Lack> without() throws IOException;
}
