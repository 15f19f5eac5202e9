package io.leasehold.state.simulation;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Actions as text, one a line, and back: {@code Claim worker=1 fault=AFTER}. */
final class Trace {
    private Trace() {}

    static String text(List<Action> actions) {
        return actions.stream().map(Trace::line).collect(Collectors.joining("\n"));
    }

    static List<Action> read(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(Trace::action)
                .toList();
    }

    private static String line(Action action) {
        StringBuilder line = new StringBuilder(action.getClass().getSimpleName());
        for (RecordComponent component : action.getClass().getRecordComponents()) {
            try {
                line.append(' ')
                        .append(component.getName())
                        .append('=')
                        .append(component.getAccessor().invoke(action));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return line.toString();
    }

    private static Action action(String line) {
        List<String> words = Arrays.asList(line.split(" +"));
        for (Class<?> group : Action.class.getPermittedSubclasses()) {
            for (Class<?> kind : group.getPermittedSubclasses()) {
                if (kind.getSimpleName().equals(words.getFirst())) {
                    return action(kind, words.subList(1, words.size()));
                }
            }
        }
        throw new IllegalArgumentException("no such action: " + line);
    }

    private static Action action(Class<?> kind, List<String> said) {
        RecordComponent[] components = kind.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < components.length; i++) {
            String text = said.get(i).substring(components[i].getName().length() + 1);
            values.add(value(types[i], text));
        }
        try {
            Constructor<?> constructor = kind.getDeclaredConstructor(types);
            return (Action) constructor.newInstance(values.toArray());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object value(Class<?> type, String text) {
        if (type == int.class) {
            return Integer.parseInt(text);
        }
        if (type == long.class) {
            return Long.parseLong(text);
        }
        if (type == boolean.class) {
            return Boolean.parseBoolean(text);
        }
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .filter(each -> each.toString().equals(text))
                    .findFirst()
                    .orElseThrow();
        }
        return text;
    }
}
