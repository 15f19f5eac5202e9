package io.leasehold.state.tfstate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Speaks HTTP by hand, for what no client would send. One byte is one character. */
final class RawConnection implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

    private final Socket socket;

    private RawConnection(Socket socket) {
        this.socket = socket;
    }

    static RawConnection to(URI service) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
        return new RawConnection(socket);
    }

    /** What came back; empty when the service closed without a word. */
    record Answer(int status, String head, String body) {
        private static Answer of(String head, String body) {
            return new Answer(
                    head.isEmpty() ? 0 : Integer.parseInt(head.split(" ")[1]), head, body);
        }
    }

    void send(String text) throws IOException {
        send(text.getBytes(ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** Nothing more will come from this side. */
    void half() throws IOException {
        socket.shutdownOutput();
    }

    /** Reads one answer to its end. */
    Answer answer() throws IOException {
        try {
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
                int next = in.read();
                if (next < 0) {
                    return Answer.of(head.toString(ISO_8859_1), "");
                }
                head.write(next);
            }
            Matcher length = LENGTH.matcher(head.toString(ISO_8859_1));
            byte[] body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
            return Answer.of(head.toString(ISO_8859_1), new String(body, ISO_8859_1));
        } catch (SocketException reset) {
            return Answer.of("", "");
        }
    }

    /** Whether something came back already. */
    boolean isAnswered() throws IOException {
        return socket.getInputStream().available() > 0;
    }

    /** Whether the service has closed the connection; waits for it as long as the time-out says. */
    boolean isClosed() throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
