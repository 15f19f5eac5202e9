package io.leasehold.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.Environment;
import io.leasehold.cli.service.StateService;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command that shows something has: the service, a format, a place to print. */
public final class Front {

    /** The formats a command can show its answer in. */
    public enum Format {
        table,
        json
    }

    @Option(
            names = {"-o", "--output"},
            description = "table or json (default: ${DEFAULT-VALUE})",
            defaultValue = "table")
    private Format format = Format.table;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    /** The state service the environment names. */
    public StateService service() {
        return StateService.of(environment());
    }

    /** The environment of this process. */
    public Environment environment() {
        return Environment.read(System.getenv());
    }

    /** Where to print. */
    public PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Shows an answer: as JSON when asked to, else as the table. */
    public void show(Object answer, Table table) {
        if (format == Format.json) {
            json(answer);
        } else {
            table.print(out());
        }
    }

    /** Whether JSON was asked for. */
    public boolean asJson() {
        return format == Format.json;
    }

    /** Shows an answer as JSON. */
    public void json(Object answer) {
        try {
            out().println(
                            StateService.JSON
                                    .writerWithDefaultPrettyPrinter()
                                    .writeValueAsString(answer));
            out().flush();
        } catch (JsonProcessingException e) {
            throw new CommandFailure(ExitCode.INTERNAL, "The answer cannot be shown as JSON.");
        }
    }

    /** Prints one line. */
    public void say(String line) {
        out().println(line);
        out().flush();
    }
}
