package io.leasehold.provisioner.door;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;

/**
 * Of an HTTP proxy that knows only CONNECT, and only who has the run's secret: others of the
 * machine reach its port too.
 *
 * @param secret the password of the user {@code run}
 */
record ProxyManner(String secret) implements Manner {

    private static final int LINE_LIMIT = 8 * 1024;

    private static final int HEADERS = 64;

    private static final String AUTHORIZATION = "proxy-authorization:";

    @Override
    public Wish wanted(SocketChannel door) throws IOException {
        String request = line(door);
        boolean known = false;
        int headers = 0;
        for (String header = line(door); !header.isEmpty(); header = line(door)) {
            if (++headers > HEADERS) {
                throw new IOException("said too much");
            }
            known |= header.toLowerCase(Locale.ROOT).startsWith(AUTHORIZATION) && ours(header);
        }
        String[] words = request.split(" ");
        if (!known) {
            return new Wish.Other("somebody without this run's secret");
        }
        return words.length == 3 && words[0].equals("CONNECT")
                ? new Wish.Endpoint(words[1])
                : new Wish.Other("a request that is no CONNECT");
    }

    private boolean ours(String header) {
        String given = header.substring(AUTHORIZATION.length()).strip();
        String expected =
                "Basic " + Base64.getEncoder().encodeToString(("run:" + secret).getBytes(UTF_8));
        return MessageDigest.isEqual(given.getBytes(UTF_8), expected.getBytes(UTF_8));
    }

    private static String line(SocketChannel door) throws IOException {
        String line = Manner.line(door, LINE_LIMIT);
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    @Override
    public void yes(SocketChannel door) throws IOException {
        Manner.say(door, "HTTP/1.1 200 Connection established\r\n\r\n");
    }

    @Override
    public void no(SocketChannel door, String reason) throws IOException {
        Manner.say(
                door,
                "HTTP/1.1 403 %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                        .formatted(reason));
    }

    @Override
    public String toString() {
        return "ProxyManner";
    }
}
