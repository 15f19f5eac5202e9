package io.leasehold.it.outage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A DNS server by whose word every name is this machine, after a while or not at all. It has an
 * address and the port of its own that resolvers ask: for one test at a time, by root.
 */
final class SlowResolver implements AutoCloseable {
    private static final String ADDRESS = "127.0.0.153";
    private static final int PORT = 53;
    private static final int HEADER = 12;
    private static final int TYPE_A = 1;

    private final DatagramSocket socket;
    private final ScheduledExecutorService answering =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
    private final List<Question> questions = new CopyOnWriteArrayList<>();
    private volatile @Nullable Duration delay = Duration.ZERO;

    private record Question(String name, long at) {}

    private SlowResolver(DatagramSocket socket) {
        this.socket = socket;
    }

    /**
     * Answers at once, for now.
     *
     * @throws IOException without the right to the port, or where another one has it
     */
    static SlowResolver start() throws IOException {
        SlowResolver resolver =
                new SlowResolver(new DatagramSocket(new InetSocketAddress(ADDRESS, PORT)));
        Thread.ofVirtual().name("slow-resolver").start(resolver::listen);
        return resolver;
    }

    /**
     * What starts a program so that it, and what it starts, ask here and nobody else.
     *
     * @param folder for the program's own {@code resolv.conf}
     */
    static List<String> asked(Path folder) throws IOException {
        Path conf = Files.writeString(folder.resolve("resolv.conf"), "nameserver " + ADDRESS);
        return List.of(
                "unshare",
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-c",
                "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"",
                conf.toString());
    }

    /** From now on an answer takes so long. */
    void answerAfter(Duration time) {
        delay = time;
    }

    /** From now on there is no answer. */
    void fallSilent() {
        delay = null;
    }

    /** Whether somebody has asked for that name since then, by {@link System#nanoTime}. */
    boolean askedSince(long then, String name) {
        return questions.stream().anyMatch(each -> each.name.equals(name) && each.at - then > 0);
    }

    private void listen() {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[512], 512);
                socket.receive(packet);
                ByteBuffer question = ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
                questions.add(new Question(name(question.duplicate()), System.nanoTime()));
                Duration wait = delay;
                if (wait != null) {
                    var _ =
                            answering.schedule(
                                    () -> answer(question, packet),
                                    wait.toMillis(),
                                    TimeUnit.MILLISECONDS);
                }
            }
        } catch (IOException closed) {
            // Nobody is answered any more.
        }
    }

    private static String name(ByteBuffer question) {
        StringBuilder name = new StringBuilder();
        question.position(HEADER);
        for (int length = question.get(); length > 0; length = question.get()) {
            byte[] label = new byte[length];
            question.get(label);
            name.append(name.isEmpty() ? "" : ".").append(new String(label, US_ASCII));
        }
        return name.toString();
    }

    private void answer(ByteBuffer question, DatagramPacket from) {
        ByteBuffer asked = question.duplicate().position(HEADER);
        for (int length = asked.get(); length > 0; length = asked.get()) {
            asked.position(asked.position() + length);
        }
        short type = asked.getShort();
        int end = asked.getShort() == 1 ? asked.position() : HEADER;
        ByteBuffer answer = ByteBuffer.allocate(512);
        answer.put(question.duplicate().position(0).limit(end));
        // An answer without an error, to the one question; what came behind it is left out.
        answer.putShort(2, (short) 0x8180);
        answer.putShort(6, (short) (type == TYPE_A ? 1 : 0)).putShort(8, (short) 0);
        answer.putShort(10, (short) 0);
        if (type == TYPE_A) {
            // Of the name that stands behind the header, not to be kept, an address.
            answer.putShort((short) (0xc000 | HEADER)).putShort((short) TYPE_A).putShort((short) 1);
            answer.putInt(0).putShort((short) 4);
            answer.put(InetAddress.getLoopbackAddress().getAddress());
        }
        try {
            socket.send(
                    new DatagramPacket(answer.array(), answer.position(), from.getSocketAddress()));
        } catch (IOException closed) {
            // The test is over.
        }
    }

    @Override
    public void close() {
        socket.close();
        answering.shutdownNow();
    }
}
