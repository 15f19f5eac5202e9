package io.leasehold.events.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.ErrorCode;
import io.leasehold.events.tenant.SnakeCase;
import java.util.regex.Pattern;

/**
 * Refuses secrets that stand in an event in the clear. The rule is small on purpose, so that
 * publishers can know it by heart: inside variables, at any depth,
 *
 * <ul>
 *   <li>a name that, in snake_case, is or ends with one of the words {@code password, passwd,
 *       passphrase, secret, token, credentials, private_key, api_key, access_key, secret_key} must
 *       not hold a non-empty string (or a list with one). {@code dbPassword} is refused, {@code
 *       passwordLength} and {@code secretName} are not;
 *   <li>no string may hold a PEM private key.
 * </ul>
 *
 * <p>It is checked before all that may fail otherwise, since for this code alone the record's bytes
 * are not kept.
 */
final class SecretRule {
    private static final Pattern SECRET_NAME =
            Pattern.compile(
                    "(.*_)?(password|passwd|passphrase|secret|token|credentials"
                            + "|(private|api|access|secret)_?key)");
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----");

    private SecretRule() {}

    /** Whether a name in snake_case is that of a secret. */
    static boolean isSecret(String name) {
        return SECRET_NAME.matcher(name).matches();
    }

    static void check(ObjectNode data) throws RefusedException {
        walk(data.path("variables"), "/variables", false);
        for (var stack : data.path("stacks").properties()) {
            walk(
                    stack.getValue().path("variables"),
                    Pointer.to(Pointer.to("/stacks", stack.getKey()), "variables"),
                    false);
        }
    }

    private static void walk(JsonNode node, String pointer, boolean secretName)
            throws RefusedException {
        if (node.isTextual()) {
            String text = node.textValue();
            if ((secretName && !text.isEmpty()) || PRIVATE_KEY.matcher(text).find()) {
                throw RefusedException.at(
                        ErrorCode.VAR_SENSITIVE_INLINE,
                        pointer,
                        "looks like a secret in the clear ("
                                + text.length()
                                + " characters);"
                                + " wants a reference, never the secret");
            }
        }
        for (var entry : node.properties()) {
            walk(
                    entry.getValue(),
                    Pointer.to(pointer, entry.getKey()),
                    isSecret(SnakeCase.of(entry.getKey())));
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                walk(node.get(i), Pointer.to(pointer, i), secretName);
            }
        }
    }
}
