package io.leasehold.cli.command;

import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.Listing;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.KeyDeletionReply;
import io.leasehold.ledger.api.KeyDeletionRequest;
import io.leasehold.ledger.api.KeyReceiptView;
import io.leasehold.ledger.api.KeyRotateRequest;
import io.leasehold.ledger.api.KeysView;
import io.leasehold.ledger.api.Paths;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Keys of encryption at rest. */
@Command(
        name = "keys",
        description = "Keys of encryption at rest: what wraps them, rotate, delete, receipts",
        mixinStandardHelpOptions = true)
public final class Keys implements Runnable {

    @Mixin private final Front usual = new Front();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public void run() {
        show(usual);
    }

    @Command(
            name = "show",
            description = "Which master key wraps how many data keys; the same as without a word",
            mixinStandardHelpOptions = true)
    void show(@Mixin Front front) {
        tell(front, front.service().get(Paths.KEYS, Map.of(), KeysView.class));
    }

    @Command(
            name = "rotate",
            description =
                    "Brings everything under the master key that is first in the service's file;"
                            + " goes on in the background, show tells how far it is",
            mixinStandardHelpOptions = true)
    void rotate(
            @Mixin Front front,
            @Option(names = "--reason", required = true, description = "why; it is recorded")
                    String reason) {
        tell(
                front,
                front.service()
                        .send(
                                "POST",
                                Paths.KEYS_ROTATE,
                                new KeyRotateRequest(reason),
                                KeysView.class));
    }

    private static void tell(Front front, KeysView keys) {
        Table table = new Table("MASTER KEY", "FIRST", "KNOWN", "DATA KEYS", "OLDEST");
        for (KeysView.MasterKey each : keys.masterKeys()) {
            table.row(
                    each.id(),
                    each.primary() ? "yes" : "no",
                    each.known() ? "yes" : "NO",
                    each.dataKeys(),
                    each.oldest());
        }
        front.show(keys, table);
        if (!front.asJson()) {
            if (keys.oldSeals() > 0) {
                front.say(
                        keys.oldSeals()
                                + " things are still sealed with a master key itself; a rotation"
                                + " seals them anew.");
            }
            front.say(words(keys.rotation()));
        }
    }

    private static String words(KeysView.@Nullable Rotation rotation) {
        if (rotation == null) {
            return "No rotation was ever asked for.";
        }
        return "Rotation to %s, asked for by %s at %s (%s): %s"
                .formatted(
                        rotation.masterKeyId(),
                        rotation.askedBy(),
                        rotation.askedAt(),
                        rotation.reason(),
                        rotation.doneAt() == null
                                ? "at work; do not remove a master key yet."
                                : "done at " + rotation.doneAt() + ".");
    }

    @Command(
            name = "receipts",
            description = "Data keys that were deleted on purpose, newest first",
            mixinStandardHelpOptions = true)
    void receipts(@Mixin Front front, @Mixin Narrow narrow) {
        Listing<KeyReceiptView> receipts =
                front.service()
                        .list(
                                Paths.KEY_RECEIPTS,
                                narrow.query(),
                                KeyReceiptView.class,
                                narrow.limit());
        Table table =
                new Table("AT", "LIFE", "KEY", "BY", "STATES", "LOG LINES", "LETTERS", "REASON");
        for (KeyReceiptView each : receipts.items()) {
            table.row(
                    each.at(),
                    each.tenantId() + "/" + each.incarnation(),
                    each.keyId(),
                    each.actor(),
                    each.loss().stateVersions(),
                    each.loss().logLines(),
                    each.loss().deadLetters(),
                    each.reason());
        }
        front.show(receipts, table, "No data key was ever deleted.");
    }

    @Command(
            name = "delete",
            description =
                    "Says what deleting the key of a gone life makes unreadable for ever; does it"
                            + " with --execute",
            mixinStandardHelpOptions = true)
    void delete(
            @Mixin Front front,
            @Parameters(paramLabel = "TENANT") String tenantId,
            @Option(
                            names = "--incarnation",
                            required = true,
                            paramLabel = "N",
                            description = "which life of the tenant")
                    int incarnation,
            @Option(names = "--execute", description = "do it") boolean execute,
            @Option(names = "--reason", defaultValue = "", description = "why; needed to do it")
                    String reason) {
        if (execute && reason.isBlank()) {
            throw new ParameterException(
                    spec.commandLine().getSubcommands().get("delete"),
                    "--execute needs --reason: why, in a few words; it stays in the receipt.");
        }
        KeyDeletionReply reply =
                front.service()
                        .send(
                                "POST",
                                StateService.path(
                                        Paths.KEY_DELETION,
                                        Map.of("tenantId", tenantId, "incarnation", incarnation)),
                                new KeyDeletionRequest(execute, reason),
                                KeyDeletionReply.class);
        front.tell(reply, Acting.said(execute, reply.executed()) + reply.what());
    }
}
