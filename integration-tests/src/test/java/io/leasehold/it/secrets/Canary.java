package io.leasehold.it.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A secret value, and the forms in which it would be found.
 *
 * @param name where it was planted
 */
record Canary(String name, String value) {
    Set<String> forms() {
        byte[] bytes = value.getBytes(UTF_8);
        String quoted = value.replace("\\", "\\\\").replace("\"", "\\\"");
        Set<String> forms = new LinkedHashSet<>();
        forms.add(value);
        forms.add(quoted);
        forms.add(quoted.replace("\\", "\\\\").replace("\"", "\\\""));
        forms.add(quoted.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"));
        forms.add(URLEncoder.encode(value, UTF_8));
        forms.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
        forms.add(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        forms.add(HexFormat.of().formatHex(bytes));
        return forms;
    }

    /** In which of these it is, and how; empty is what a test wants. */
    List<String> foundIn(Map<String, String> sinks) {
        return sinks.entrySet().stream()
                .flatMap(sink ->
                        forms().stream()
                                .filter(form -> sink.getValue().contains(form))
                                .map(form -> name + " in " + sink.getKey() + " as " + form))
                .toList();
    }
}
