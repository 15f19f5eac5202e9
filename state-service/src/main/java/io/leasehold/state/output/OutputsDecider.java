package io.leasehold.state.output;

import io.leasehold.events.EventJson;
import io.leasehold.events.outgoing.OutputValue;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.tfstate.StateOutput;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** Decides what of a stack's outputs is published, and whether it is published again. Pure. */
public final class OutputsDecider {

    /** A larger value is published as a reference: it is not what a record of a topic is for. */
    static final int LARGEST_VALUE = 64 * 1024;

    /** Values beyond this in all are references too: one record must fit what the broker takes. */
    static final int LARGEST_SNAPSHOT = 512 * 1024;

    private OutputsDecider() {}

    /**
     * What may be seen of a stack's outputs.
     *
     * @param hash equal for equal outputs
     */
    public record Rendered(Map<String, OutputValue> outputs, String hash) {}

    /**
     * What stands on the topic.
     *
     * @param hash null when nothing stands there
     */
    public record Standing(@Nullable String hash, long generation, boolean ready) {}

    /**
     * The outputs that the blueprint allows, sensitive and very large ones as references.
     *
     * @param mac keyed hash of (what it is for, text), lower-case hex
     */
    public static Rendered render(
            StackRef stack,
            List<String> allowed,
            Map<String, StateOutput> outputs,
            BinaryOperator<String> mac) {
        Map<String, OutputValue> seen = new TreeMap<>();
        int room = LARGEST_SNAPSHOT;
        for (String name : new TreeSet<>(allowed)) {
            StateOutput output = outputs.get(name);
            if (output == null) {
                continue;
            }
            String ref = "state://" + stack.key() + "/outputs/" + name;
            int size = output.value().toString().getBytes(StandardCharsets.UTF_8).length;
            boolean tooLarge = size > LARGEST_VALUE || size > room;
            room -= output.sensitive() || tooLarge ? 0 : size;
            seen.put(
                    name,
                    output.sensitive() || tooLarge
                            ? OutputValue.reference(
                                    output.type(), ref, mac.apply(ref, output.value().toString()))
                            : OutputValue.plain(output.type(), output.value()));
        }
        return new Rendered(seen, hash(seen));
    }

    /** True unless the same outputs stand there already, ready and for this generation. */
    public static boolean publishes(Standing standing, Rendered rendered, long generation) {
        return !rendered.hash().equals(standing.hash())
                || !standing.ready()
                || generation > standing.generation();
    }

    private static String hash(Map<String, OutputValue> outputs) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(EventJson.write(outputs)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
