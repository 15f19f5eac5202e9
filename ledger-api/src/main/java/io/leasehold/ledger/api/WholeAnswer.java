package io.leasehold.ledger.api;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks and waits for the whole of an answer. A request's own time-out ends with the head: the rest
 * of an answer whose service is gone without a word would be waited for without end. A large one
 * may take longer than the time-out, while it comes on. Any thread.
 */
public final class WholeAnswer {
    private final AtomicLong heard = new AtomicLong(System.nanoTime());
    private final Duration silence;

    private WholeAnswer(Duration silence) {
        this.silence = silence;
    }

    /**
     * The answer to a request, in memory.
     *
     * @param silence how long nothing may come: before the head, which a time-out of the request's
     *     own may bound as well, and between its parts
     * @throws HttpTimeoutException when nothing came for that long
     * @throws IOException when there is no whole answer for another reason
     * @throws InterruptedException when the caller is to stop waiting; the request is given up
     */
    public static HttpResponse<byte[]> to(HttpClient http, HttpRequest request, Duration silence)
            throws IOException, InterruptedException {
        return new WholeAnswer(silence).await(http, request);
    }

    private HttpResponse<byte[]> await(HttpClient http, HttpRequest request)
            throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer = http.sendAsync(request, _ -> new Body());
        try {
            while (true) {
                long left = silence.toNanos() - (System.nanoTime() - heard.get());
                if (left < 0) {
                    throw new HttpTimeoutException("nothing more of an answer for " + silence);
                }
                try {
                    return answer.get(left + 1, TimeUnit.NANOSECONDS);
                } catch (TimeoutException silent) {
                    // Or something has come meanwhile: looked at again.
                }
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause
                    ? cause
                    : new IOException("the request failed", e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    /** Begins with the head; says of each part that it came. */
    private final class Body implements BodySubscriber<byte[]> {
        private final BodySubscriber<byte[]> bytes = BodySubscribers.ofByteArray();

        Body() {
            heard();
        }

        private void heard() {
            heard.set(System.nanoTime());
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            bytes.onSubscribe(subscription);
        }

        @Override
        public void onNext(List<ByteBuffer> part) {
            heard();
            bytes.onNext(part);
        }

        @Override
        public void onError(Throwable failure) {
            bytes.onError(failure);
        }

        @Override
        public void onComplete() {
            bytes.onComplete();
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return bytes.getBody();
        }
    }
}
