package io.leasehold.state.version;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Set;
import java.util.TreeSet;

/** A SHA-256 of trees: the same for equal ones, whatever the order of their fields. Pure. */
final class TreeDigest {
    private TreeDigest() {}

    /** As a text of 32 characters, not to be shown. */
    static String of(JsonNode... trees) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (JsonNode tree : trees) {
                add(digest, tree);
            }
            return new String(digest.digest(), StandardCharsets.ISO_8859_1);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    private static void add(MessageDigest digest, JsonNode node) {
        add(digest, node.getNodeType().name());
        if (node.isObject()) {
            Set<String> names = new TreeSet<>();
            node.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                add(digest, name);
                add(digest, node.path(name));
            }
        } else if (node.isArray()) {
            node.forEach(each -> add(digest, each));
        } else {
            add(digest, node.asText());
        }
        digest.update((byte) -1);
    }

    private static void add(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) -2);
    }
}
