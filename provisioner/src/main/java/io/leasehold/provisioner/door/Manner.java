package io.leasehold.provisioner.door;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** How whoever comes to an entrance says what it wants and hears the answer. Any thread; blocks. */
interface Manner {

    /** What is wanted. */
    sealed interface Wish {

        /** The run's service. */
        record State() implements Wish {}

        /** {@code name:port}, as it was said. */
        record Endpoint(String text) implements Wish {}

        /** Nothing that there is. */
        record Other(String said) implements Wish {}
    }

    /** Reads what is wanted and not a byte more: what follows belongs to the endpoint. */
    Wish wanted(SocketChannel door) throws IOException;

    /** Says that what follows is carried. */
    void yes(SocketChannel door) throws IOException;

    /** Says why not. */
    void no(SocketChannel door, String reason) throws IOException;

    /** The door program's: a line each way. */
    record Lines() implements Manner {

        private static final int LIMIT = 300;

        @Override
        public Wish wanted(SocketChannel door) throws IOException {
            String line = line(door, LIMIT);
            if (line.equals("STATE")) {
                return new Wish.State();
            }
            return line.startsWith("CONNECT ")
                    ? new Wish.Endpoint(line.substring("CONNECT ".length()))
                    : new Wish.Other(line);
        }

        @Override
        public void yes(SocketChannel door) throws IOException {
            say(door, "OK\n");
        }

        @Override
        public void no(SocketChannel door, String reason) throws IOException {
            say(door, "NO " + reason + "\n");
        }
    }

    /** Of a port that leads to the service and to nothing else: not a word is spoken. */
    record ServiceOnly() implements Manner {

        @Override
        public Wish wanted(SocketChannel door) {
            return new Wish.State();
        }

        @Override
        public void yes(SocketChannel door) {
            // What follows is the service's own.
        }

        @Override
        public void no(SocketChannel door, String reason) {
            // It is closed, and that is the answer.
        }
    }

    /** Reads up to the end of a line. */
    static String line(SocketChannel door, int limit) throws IOException {
        StringBuilder line = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (line.length() < limit) {
            if (door.read(one.clear()) < 0) {
                throw new IOException("closed before it said what it wanted");
            }
            char c = (char) (one.get(0) & 0xff);
            if (c == '\n') {
                return line.toString();
            }
            line.append(c);
        }
        throw new IOException("said too much");
    }

    /** Writes all of it. */
    static void say(SocketChannel door, String words) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(words);
        while (bytes.hasRemaining()) {
            door.write(bytes);
        }
    }
}
