package io.leasehold.state.tfstate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.leasehold.state.problem.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Gives a state another serial and leaves every other byte as it is. Pure. */
final class StateSerial {
    /** Only a parser that keeps its names knows where in the bytes it is. */
    private static final JsonFactory JSON =
            StateDocument.JSON
                    .rebuild()
                    .enable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .build();

    private StateSerial() {}

    /**
     * The state with that serial. It was read before, so it has one.
     *
     * @throws Refusal 409 STATE_ENCRYPTED for a state that tofu encrypted itself: the serial that
     *     counts is within; 409 STATE_UNUSUAL for one that is not written in UTF-8
     */
    static byte[] with(long serial, byte[] state) {
        if (StateDocument.read(state).encrypted()) {
            throw new Refusal(
                    409,
                    "STATE_ENCRYPTED",
                    "tofu encrypted this state itself, so it cannot be given a new serial here:"
                            + " download it and push it with tofu state push -force");
        }
        int[] place = placeOf(state);
        byte[] written = Long.toString(serial).getBytes(StandardCharsets.US_ASCII);
        byte[] changed = new byte[place[0] + written.length + state.length - place[1]];
        System.arraycopy(state, 0, changed, 0, place[0]);
        System.arraycopy(written, 0, changed, place[0], written.length);
        System.arraycopy(
                state, place[1], changed, place[0] + written.length, state.length - place[1]);
        return changed;
    }

    /** Where the serial begins and ends. */
    private static int[] placeOf(byte[] state) {
        try (JsonParser parser = JSON.createParser(state)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean serial = parser.currentName().equals("serial");
                parser.nextToken();
                if (serial) {
                    int begin = (int) parser.currentTokenLocation().getByteOffset();
                    if (begin < 0) {
                        throw new Refusal(
                                409,
                                "STATE_UNUSUAL",
                                "This state is not written in UTF-8, and tofu could not read it");
                    }
                    return new int[] {begin, begin + parser.getTextLength()};
                }
                parser.skipChildren();
            }
            throw new IllegalStateException("a stored state has a serial");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
