package io.leasehold.embedded.platform;

import io.leasehold.embedded.LocalFiles;
import io.leasehold.embedded.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

/**
 * Which part of the system listens where. A port is kept from start to start, so that what people
 * noted stays true, unless somebody else took it meanwhile. Not safe for several threads.
 */
final class PortBook {
    private final Path file;
    private final TreeMap<String, Integer> ports = new TreeMap<>();

    private PortBook(Path file) {
        this.file = file;
    }

    static PortBook open(Path file) {
        PortBook book = new PortBook(file);
        if (Files.exists(file)) {
            try {
                for (String line : Files.readAllLines(file)) {
                    int equals = line.indexOf('=');
                    book.ports.put(
                            line.substring(0, equals),
                            Integer.valueOf(line.substring(equals + 1).strip()));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return book;
    }

    /** A port that can be bound now: the one of the last start if possible. */
    int port(String name) {
        int port = Ports.freeOr(ports.getOrDefault(name, 0));
        while (ports.containsValue(port) && !Integer.valueOf(port).equals(ports.get(name))) {
            port = Ports.free();
        }
        ports.put(name, port);
        return port;
    }

    void save() {
        StringBuilder lines = new StringBuilder();
        ports.forEach((name, port) -> lines.append(name).append('=').append(port).append('\n'));
        LocalFiles.writePrivate(file, lines.toString());
    }
}
