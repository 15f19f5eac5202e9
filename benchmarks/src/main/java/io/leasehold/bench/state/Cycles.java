package io.leasehold.bench.state;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * LOCK, GET, POST, UNLOCK as a person's tofu sends them: each client at a state of its own, with 20
 * kB that differ each time and are compared when they are read.
 */
final class Cycles {
    private static final int SIZE = 20_000;

    private final Crowd crowd;
    private final Supplier<Wire> connect;

    Cycles(Crowd crowd, Supplier<Wire> connect) {
        this.crowd = crowd;
        this.connect = connect;
    }

    /** So many clients for so long, and each at least once. */
    Measured measure(String what, int clients, Duration time) throws InterruptedException {
        String run = UUID.randomUUID().toString().substring(0, 8);
        long end = System.nanoTime() + time.toNanos();
        return crowd.measure(
                what,
                clients,
                (number, tally) -> {
                    try (Wire wire = connect.get()) {
                        OneState state = new OneState(wire, "c%s-%d".formatted(run, number), tally);
                        do {
                            state.cycle();
                        } while (System.nanoTime() < end);
                    }
                });
    }

    private static final class OneState {
        private final Wire wire;
        private final String path;
        private final Tally tally;
        private final byte[] text = new byte[2 * SIZE];
        private byte[] last = {};
        private int serial;

        OneState(Wire wire, String tenant, Tally tally) {
            this.wire = wire;
            this.path = "/state/" + tenant + "/1/main";
            this.tally = tally;
            SplittableRandom random = new SplittableRandom(tenant.hashCode());
            for (int i = 0; i < text.length; i++) {
                text[i] = (byte) "0123456789abcdef".charAt(random.nextInt(16));
            }
        }

        void cycle() throws IOException {
            serial++;
            String id = UUID.randomUUID().toString();
            byte[] lock =
                    "{\"ID\":\"%s\",\"Operation\":\"OperationTypeApply\",\"Who\":\"bench\"}"
                            .formatted(id)
                            .getBytes(ISO_8859_1);
            boolean sound = status("LOCK", "", lock) == 200;
            sound &= reads();
            byte[] next = state();
            if (status("POST", "?ID=" + id, next) / 100 == 2) {
                last = next;
            } else {
                sound = false;
            }
            sound &= status("UNLOCK", "", lock) == 200;
            if (sound) {
                tally.done(1);
            } else {
                tally.error();
            }
        }

        private int status(String verb, String query, byte[] body) throws IOException {
            long since = System.nanoTime();
            Wire.Answer answer = wire.send(verb, path + query, body);
            tally.took(verb, since);
            return answer.status();
        }

        private boolean reads() throws IOException {
            long since = System.nanoTime();
            Wire.Answer answer = wire.send("GET", path, new byte[0]);
            tally.took("GET", since);
            return last.length == 0 || Arrays.equals(answer.body(), last);
        }

        /** Another window of the same text: what differs costs the client nothing to make. */
        private byte[] state() {
            byte[] head =
                    ("{\"version\":4,\"terraform_version\":\"1.11.0\",\"serial\":%d,\"lineage\":\"%s\","
                                    + "\"outputs\":{},\"resources\":[],\"check_results\":\"")
                            .formatted(serial, path)
                            .getBytes(ISO_8859_1);
            byte[] state = Arrays.copyOf(head, SIZE);
            int from = serial * 7919 % SIZE;
            System.arraycopy(text, from, state, head.length, SIZE - head.length - 2);
            state[SIZE - 2] = '"';
            state[SIZE - 1] = '}';
            return state;
        }
    }
}
