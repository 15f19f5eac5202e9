package io.leasehold.state.tfstate;

import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * The bytes of one request, held once: the framework's own way holds them three times. They can be
 * taken once, so that whoever has them decides how long they stay in the heap.
 */
final class RequestBody {
    private static final int FIRST_GUESS = 32 * 1024;

    private byte[] bytes;
    private int length;

    private RequestBody(int expected) {
        bytes = new byte[expected];
    }

    /**
     * Reads to the end. Only for a request that nobody has begun to read, on its own context.
     *
     * @param most a body that is longer than this is not kept
     * @param tooLarge what is said then
     */
    static Uni<RequestBody> read(RoutingContext context, int most, Supplier<Refusal> tooLarge) {
        HttpServerRequest request = context.request();
        return Uni.createFrom()
                .emitter(reader -> {
                    RequestBody body = new RequestBody(expected(request, most));
                    request.handler(chunk -> body.take(chunk, most, reader, tooLarge))
                            .endHandler(_ -> reader.complete(body))
                            .exceptionHandler(_ -> reader.fail(cutShort()));
                    request.resume();
                });
    }

    /** What is large has its place in the budget; others get theirs as they come. */
    private static int expected(HttpServerRequest request, int most) {
        String said = request.getHeader("Content-Length");
        long length = said == null ? FIRST_GUESS : Math.min(Long.parseLong(said), most);
        return (int) (length > LargeBodies.SMALL ? length : Math.min(length, FIRST_GUESS));
    }

    private void take(
            Buffer chunk,
            int most,
            UniEmitter<? super RequestBody> reader,
            Supplier<Refusal> tooLarge) {
        if (chunk.length() > most - length) {
            // What still comes is dropped; the second end of an emitter does nothing.
            bytes = new byte[0];
            length = most;
            reader.fail(tooLarge.get());
            return;
        }
        if (chunk.length() > bytes.length - length) {
            int twice = Math.min(most, 2 * Math.max(bytes.length, chunk.length()));
            bytes = Arrays.copyOf(bytes, Math.max(twice, length + chunk.length()));
        }
        chunk.getBytes(bytes, length);
        length += chunk.length();
    }

    /** Nobody is there any more to read this. */
    private static Refusal cutShort() {
        return new Refusal(400, "REQUEST_INVALID", "The body was cut short");
    }

    /** The bytes, which stay here; not to be written to. */
    byte[] whole() {
        if (length < bytes.length) {
            bytes = Arrays.copyOf(bytes, length);
        }
        return bytes;
    }

    /** The bytes; from now on this holds none. */
    byte[] take() {
        byte[] taken = whole();
        bytes = new byte[0];
        length = 0;
        return taken;
    }
}
