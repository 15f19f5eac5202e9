package io.leasehold.it.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A client at a stack of its own, as tofu behaves: lock, read, write, unlock, and each request
 * again when it got no answer. It remembers what was acknowledged, and stops at the first answer
 * that should not be.
 */
final class Cycling implements Runnable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int MOST_TRIES = 300;

    private final HttpClient http;
    private final URI service;
    private final int number;
    private final int cycles;
    private final Counts counts;
    private final SplittableRandom random;
    private final List<byte[]> acknowledged = new ArrayList<>();
    private @Nullable String held;

    /** What all clients did together. */
    record Counts(AtomicInteger writes, AtomicInteger retries) {
        Counts() {
            this(new AtomicInteger(), new AtomicInteger());
        }
    }

    Cycling(HttpClient http, URI service, int number, int cycles, Counts counts) {
        this.http = http;
        this.service = service;
        this.number = number;
        this.cycles = cycles;
        this.counts = counts;
        this.random = new SplittableRandom(number);
    }

    String stack() {
        return "cycle-%d/1/main".formatted(number);
    }

    /** Every state whose write was acknowledged, in order. */
    List<byte[]> acknowledged() {
        return acknowledged;
    }

    /** The lock it still has, or null. Every second client ends with one. */
    @Nullable String held() {
        return held;
    }

    @Override
    public void run() {
        for (int serial = 1; serial <= cycles; serial++) {
            String id = UUID.randomUUID().toString();
            byte[] document =
                    "{\"ID\":\"%s\",\"Operation\":\"test\"}".formatted(id).getBytes(UTF_8);
            expect(200, send("LOCK", "", document));
            held = id;
            reads();
            byte[] state = state(serial);
            expect(204, send("POST", "?ID=" + id, state));
            acknowledged.add(state);
            counts.writes().incrementAndGet();
            if (serial < cycles || number % 2 == 0) {
                expect(200, send("UNLOCK", "", document));
                held = null;
            }
        }
    }

    /** What was acknowledged is what is served, at every moment. */
    private void reads() {
        HttpResponse<byte[]> read = send("GET", "", null);
        if (acknowledged.isEmpty()) {
            expect(204, read);
        } else {
            expect(200, read);
            if (!Arrays.equals(read.body(), acknowledged.getLast())) {
                throw new AssertionError(stack() + " does not serve what was acknowledged last");
            }
        }
    }

    private void expect(int status, HttpResponse<byte[]> answer) {
        if (answer.statusCode() != status) {
            throw new AssertionError(
                    "%s %s: %d %s"
                            .formatted(
                                    answer.request().method(),
                                    stack(),
                                    answer.statusCode(),
                                    new String(answer.body(), UTF_8)));
        }
    }

    private HttpResponse<byte[]> send(String method, String query, byte @Nullable [] body) {
        HttpRequest request =
                HttpRequest.newBuilder(service.resolve("/state/" + stack() + query))
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofByteArray(body))
                        .header("Authorization", "Bearer " + RunningService.TOKEN)
                        .timeout(PATIENCE)
                        .build();
        for (int tried = 0; tried < MOST_TRIES; tried++) {
            try {
                HttpResponse<byte[]> answer =
                        http.send(request, HttpResponse.BodyHandlers.ofByteArray());
                if (answer.statusCode() != 503) {
                    return answer;
                }
            } catch (IOException gone) {
                // No answer: whether it was done is not known.
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
            counts.retries().incrementAndGet();
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        throw new AssertionError("%s %s was never answered".formatted(method, stack()));
    }

    /** About 20 kB, unlike any other. */
    private byte[] state(int serial) {
        StringBuilder values = new StringBuilder();
        while (values.length() < 20_000) {
            values.append(Long.toHexString(random.nextLong()));
        }
        return "{\"version\":4,\"serial\":%d,\"lineage\":\"l-%d\",\"outputs\":{},\"resources\":[\"%s\"]}"
                .formatted(serial, number, values)
                .getBytes(UTF_8);
    }
}
