package io.leasehold.state.blueprint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An input as the blueprint writes it. */
public sealed interface InputTemplate {

    /** A literal. */
    record Fixed(JsonNode value) implements InputTemplate {}

    /** A string that is one whole expression: the result keeps its type. */
    record Whole(Expression expression) implements InputTemplate {}

    /** A string with expressions in it: the result is a string. */
    record Text(List<Object> parts) implements InputTemplate {

        /** Takes a copy; parts are strings and {@link Expression}s. */
        public Text {
            parts = List.copyOf(parts);
        }
    }

    /** A list with templates in it. */
    record Items(List<InputTemplate> items) implements InputTemplate {

        /** Takes a copy of the list. */
        public Items {
            items = List.copyOf(items);
        }
    }

    /** An object with templates in it. */
    record Fields(Map<String, InputTemplate> fields) implements InputTemplate {

        /** Takes a copy that keeps the order. */
        public Fields {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }
    }
}
