package io.leasehold.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.Environment;
import io.leasehold.cli.service.Listing;
import io.leasehold.cli.service.StateService;
import io.leasehold.cli.service.Ticks;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command that shows something has: the service, a format, a place to print. */
public final class Front {
    private static final String OUTPUT = "--output";

    /** The formats a command can show its answer in. */
    public enum Format {
        table,
        json,
        jsonl
    }

    @Option(
            names = {"-o", OUTPUT},
            paramLabel = "FORMAT",
            description = "table (default), json, or jsonl: a line of JSON for each thing")
    private @Nullable Format format;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    /** The state service the environment names. */
    public StateService service() {
        return StateService.of(environment());
    }

    /** The environment of this process. */
    public Environment environment() {
        return source().environment();
    }

    /** How time passes for this process. */
    public Ticks ticks() {
        return source().ticks();
    }

    private Environment.Source source() {
        return (Environment.Source) spec.root().userObject();
    }

    /** Where to print. */
    public PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Shows all there is, or says in words that there is nothing. */
    public void show(List<?> answer, Table table, String nothing) {
        show(new Listing<>(answer, false), table, nothing);
    }

    /** Shows a listing, or says in words that there is nothing, and that there is more. */
    public void show(Listing<?> answer, Table table, String nothing) {
        if (asJson()) {
            json(answer.items());
        } else if (table.isEmpty()) {
            say(nothing);
        } else {
            print(table);
        }
        if (answer.more()) {
            warn(
                    "There is more than these "
                            + answer.items().size()
                            + "; see it with a higher --limit.");
        }
    }

    /** Shows one thing: as JSON when asked to, else as the table. */
    public void show(Object answer, Table table) {
        if (asJson()) {
            json(answer);
        } else {
            print(table);
        }
    }

    /** Says what came of a command: as JSON when asked to, else in words. */
    public void tell(Object answer, String words) {
        if (asJson()) {
            json(answer);
        } else {
            say(words);
        }
    }

    /** Shows a table, within the screen if there is one. */
    public void print(Table table) {
        table.print(out(), environment().columns());
    }

    /** Whether JSON was asked for, in a document or in lines. */
    public boolean asJson() {
        return format() != Format.table;
    }

    /** What was asked for, here or at a command above. */
    private Format format() {
        if (format != null) {
            return format;
        }
        for (CommandSpec at = spec.parent(); at != null; at = at.parent()) {
            OptionSpec option = at.findOption(OUTPUT);
            if (option != null && option.getValue() instanceof Format asked) {
                return asked;
            }
        }
        return Format.table;
    }

    /** Shows an answer as JSON: one document, or a line for each thing of a list. */
    public void json(Object answer) {
        if (format() != Format.jsonl) {
            say(StateService.JSON.writerWithDefaultPrettyPrinter(), answer);
        } else if (answer instanceof List<?> things) {
            things.forEach(thing -> say(StateService.JSON.writer(), thing));
        } else {
            say(StateService.JSON.writer(), answer);
        }
    }

    private void say(ObjectWriter how, Object answer) {
        try {
            say(how.writeValueAsString(answer));
        } catch (JsonProcessingException e) {
            throw new CommandFailure(ExitCode.INTERNAL, "The answer cannot be shown as JSON.");
        }
    }

    /** What came from elsewhere must not talk to the terminal. */
    private static String harmless(String text) {
        return text.replaceAll("[\\p{Cc}&&[^\n\r\t]]", "\uFFFD");
    }

    /** Prints one line on standard error: for people, whatever the format. */
    public void warn(String line) {
        spec.commandLine().getErr().println(harmless(line));
    }

    /** Prints one line. */
    public void say(String line) {
        out().println(harmless(line));
        out().flush();
    }
}
