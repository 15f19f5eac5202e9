package io.leasehold.cli.command;

import io.leasehold.ledger.api.Repair;
import io.leasehold.ledger.api.RepairReply;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command that changes something has: it says what it would do unless told to. */
public final class Acting {

    @Option(names = "--execute", description = "do it; else it is only said what would be done")
    private boolean execute;

    @Option(
            names = "--reason",
            defaultValue = "",
            description = "why; needed to do it, and recorded")
    private String reason = "";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    /** Whether to do it; then a reason is there. */
    boolean execute() {
        if (execute && reason.isBlank()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--execute needs --reason: why, in a few words; it is recorded.");
        }
        return execute;
    }

    String reason() {
        return reason;
    }

    /** Asks for a repair and says what came of it. */
    void ask(Front front, String path, Repair repair) {
        RepairReply reply = front.service().send("POST", path, repair, RepairReply.class);
        if (front.asJson()) {
            front.json(reply);
        } else {
            front.say(said(repair.execute(), reply.executed()) + reply.what());
        }
    }

    /**
     * What stands before the words of the service.
     *
     * @param asked whether it was to be done
     * @param done whether it was
     */
    static String said(boolean asked, boolean done) {
        if (done) {
            return "Done. ";
        }
        return asked ? "Nothing was done. " : "Dry run, nothing was done. ";
    }
}
