package io.leasehold.state.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who may come in, by the digest of a token. Immutable.
 *
 * <p>A token is compared by its SHA-256 with every entry, each in constant time, so that neither
 * the time nor the file says anything about a token.
 */
final class Tokens {
    private static final Set<String> ROLES =
            Stream.of(Role.OF_SERVICES, Role.OF_PEOPLE)
                    .flatMap(Set::stream)
                    .collect(Collectors.toCollection(TreeSet::new));
    private static final Pattern DIGEST = Pattern.compile("[0-9a-fA-F]{64}");

    private final List<Entry> entries;

    private Tokens(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * Reads the lines of a tokens file. Empty lines and lines that begin with # do not count; a
     * token with several lines has several rights.
     *
     * @throws IllegalArgumentException naming the line, never what stands in it
     */
    static Tokens parse(List<String> lines) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                add(entries, line.split("\\s+"), i + 1);
            }
        }
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("it holds no token");
        }
        return new Tokens(entries);
    }

    private static void add(List<Entry> entries, String[] words, int line) {
        if (words.length < 3 || !DIGEST.matcher(words[2]).matches()) {
            throw new IllegalArgumentException(
                    "line " + line + " is not: <role> <name> <sha256 of the token in hex> [limit]");
        }
        if (!ROLES.contains(words[0])) {
            throw new IllegalArgumentException("line " + line + " has none of the roles " + ROLES);
        }
        byte[] digest = HexFormat.of().parseHex(words[2]);
        Entry entry =
                entries.stream()
                        .filter(each -> MessageDigest.isEqual(each.digest(), digest))
                        .findFirst()
                        .orElse(new Entry(words[1], digest, Grants.NONE));
        if (!entry.name().equals(words[1])) {
            throw new IllegalArgumentException(
                    "line " + line + " gives another name to a token of a line above");
        }
        entries.remove(entry);
        entries.add(entry.with(grants(words, line)));
    }

    private static List<Grant> grants(String[] words, int line) {
        try {
            return Grants.parse(words[0], Arrays.copyOfRange(words, 3, words.length));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("line " + line + " " + e.getMessage(), e);
        }
    }

    /** Who bears this token, or empty. */
    Optional<Bearer> find(String token) {
        byte[] digest = sha256(token);
        Entry found = null;
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.digest(), digest)) {
                found = entry;
            }
        }
        return found == null
                ? Optional.empty()
                : Optional.of(new Bearer(found.name(), found.grants()));
    }

    static byte[] sha256(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** Who a token stands for. */
    record Bearer(String name, Grants grants) {}

    private record Entry(String name, byte[] digest, Grants grants) {
        Entry with(List<Grant> more) {
            return new Entry(name, digest, grants.and(more));
        }
    }
}
