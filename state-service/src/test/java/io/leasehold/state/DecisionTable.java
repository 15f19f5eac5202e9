package io.leasehold.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a decider must say in every situation there is. The first line names the axes, the others
 * say what each must be and, behind a bar, what is decided; {@code *} is any value, {@code A|B} one
 * of two. The first line that fits counts. A situation without a line fails the test, and so does a
 * line that decides nothing.
 */
public final class DecisionTable {
    private final List<String> names;
    private final List<Line> lines;
    private final Map<String, List<Object>> axes = new LinkedHashMap<>();

    private record Line(List<String> patterns, String expected) {
        boolean fits(List<String> names, Point point) {
            for (int i = 0; i < names.size(); i++) {
                String pattern = patterns.get(i);
                String value = String.valueOf(point.values().get(names.get(i)));
                if (!pattern.equals("*") && !List.of(pattern.split("\\|")).contains(value)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** One situation. */
    public record Point(Map<String, Object> values) {

        /** Its value on an axis. */
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the axis knows its type
        public <T> T get(String axis) {
            Object value = values.get(axis);
            if (value == null) {
                throw new IllegalArgumentException("no axis " + axis);
            }
            return (T) value;
        }
    }

    private DecisionTable(List<String> names, List<Line> lines) {
        this.names = names;
        this.lines = lines;
    }

    /** Reads a table. */
    public static DecisionTable of(String text) {
        List<String> rows = text.lines().map(String::strip).filter(row -> !row.isEmpty()).toList();
        List<String> names = List.of(half(rows.getFirst(), 0).split("\\s+"));
        List<Line> lines = new ArrayList<>();
        for (String row : rows.subList(1, rows.size())) {
            List<String> patterns = List.of(half(row, 0).split("\\s+"));
            if (patterns.size() != names.size()) {
                throw new IllegalArgumentException("not as many values as axes: " + row);
            }
            lines.add(new Line(patterns, half(row, 1)));
        }
        return new DecisionTable(names, lines);
    }

    private static String half(String row, int which) {
        String[] halves = row.split(" \\| ", 2);
        if (halves.length != 2) {
            throw new IllegalArgumentException("a line needs a bar between blanks: " + row);
        }
        return halves[which].strip();
    }

    /** All values of an axis; text for enums and the like is what they print. */
    public DecisionTable axis(String name, Object... values) {
        axes.put(name, List.of(values));
        return this;
    }

    /** The same, of an enum. */
    public <E extends Enum<E>> DecisionTable axis(String name, Class<E> values) {
        return axis(name, List.of(values.getEnumConstants()));
    }

    /** The same. */
    public DecisionTable axis(String name, List<?> values) {
        axes.put(name, List.copyOf(values));
        return this;
    }

    /** An axis that is true or false. */
    public DecisionTable yesOrNo(String name) {
        return axis(name, true, false);
    }

    /** Tries every situation. */
    public void holds(Function<Point, String> decide) {
        assertThat(axes.keySet()).as("axes").containsExactlyInAnyOrderElementsOf(names);
        List<String> wrong = new ArrayList<>();
        boolean[] used = new boolean[lines.size()];
        for (Point point : points()) {
            int line = lineFor(point);
            if (line < 0) {
                wrong.add("no expectation for " + point.values());
                continue;
            }
            used[line] = true;
            String decided = decide.apply(point);
            if (!decided.equals(lines.get(line).expected())) {
                wrong.add(
                        "%s: expected %s but was %s"
                                .formatted(point.values(), lines.get(line).expected(), decided));
            }
        }
        for (int i = 0; i < used.length; i++) {
            if (!used[i]) {
                wrong.add("decides nothing: " + lines.get(i));
            }
        }
        assertThat(wrong).isEmpty();
    }

    private int lineFor(Point point) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).fits(names, point)) {
                return i;
            }
        }
        return -1;
    }

    private List<Point> points() {
        List<Map<String, Object>> points = List.of(Map.of());
        for (Map.Entry<String, List<Object>> axis : axes.entrySet()) {
            List<Map<String, Object>> longer = new ArrayList<>();
            for (Map<String, Object> point : points) {
                for (Object value : axis.getValue()) {
                    Map<String, Object> next = new LinkedHashMap<>(point);
                    next.put(axis.getKey(), value);
                    longer.add(next);
                }
            }
            points = longer;
        }
        return points.stream().map(Point::new).toList();
    }
}
