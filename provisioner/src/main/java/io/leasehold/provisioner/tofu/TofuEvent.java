package io.leasehold.provisioner.tofu;

import io.leasehold.ledger.api.Delta;
import java.util.List;

/** One message of tofu's {@code -json} stream, masked. Unknown ones are kept, not refused. */
public sealed interface TofuEvent {

    /** One line for people. */
    String text();

    /** The first line. */
    record Version(String tofu, String text) implements TofuEvent {}

    /** An error or a warning. */
    record Reported(Diagnostic diagnostic) implements TofuEvent {

        @Override
        public String text() {
            return diagnostic.text();
        }
    }

    /** tofu means to do this. */
    record PlannedChange(String address, String type, String action, String text)
            implements TofuEvent {}

    /** Reality differs from the state here. */
    record ResourceDrift(String address, String type, String action, String text)
            implements TofuEvent {}

    /** How much changes, or changed. */
    record Summary(Operation operation, Delta delta, String text) implements TofuEvent {}

    /** A resource started, goes on, is done or failed. */
    record Progress(Step step, String address, String action, String text) implements TofuEvent {}

    /** Names of outputs; values are never taken from here, they are read from the state. */
    record Outputs(List<String> names, String text) implements TofuEvent {}

    /**
     * A program that tofu runs printed this. It need not be a whole line: after a tenth of a second
     * tofu gives on what there is of one.
     *
     * @param program of which resource, and as what
     */
    record Printed(String program, String output) implements TofuEvent {

        @Override
        public String text() {
            return program + ": " + output;
        }
    }

    /** Any other message of the stream. */
    record Other(String type, String text) implements TofuEvent {}

    /** A line that was not a message. */
    record Text(String text) implements TofuEvent {}

    /** What a summary counts. */
    enum Operation {
        PLAN,
        APPLY,
        DESTROY
    }

    /** Where a resource is. */
    enum Step {
        STARTED,
        RUNNING,
        COMPLETE,
        FAILED
    }
}
