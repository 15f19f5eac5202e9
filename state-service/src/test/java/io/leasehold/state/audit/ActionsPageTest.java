package io.leasehold.state.audit;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The operations page names the actions that the code writes down, and no others. */
class ActionsPageTest {
    private static final Pattern WRITES =
            Pattern.compile("audit\\.(record|along|refused)\\(|new Deed\\(|\\.deed\\(");

    /** What is decided elsewhere in the file than where it is written down has a dash. */
    private static final Pattern WITH_A_DASH = Pattern.compile("\"([a-z]+(?:-[a-z]+)+)\"");

    /** The first text of a call that is a word of its own: who acts is never a literal. */
    private static final Pattern IN_THE_CALL =
            Pattern.compile("(?:audit\\.(?:record|along)|new Deed)\\([^;\"]*\"([a-z]+)\"");

    /** Told on the page as {@code alarm-…}: their names are of the contract. */
    private static final String ALARMS = "Alarms.java";

    @Test
    void thePageNamesTheActionsThatAreWrittenDown() {
        assertThat(named()).isEqualTo(written());
    }

    private static Set<String> named() {
        String page =
                read(Path.of(System.getProperty("leasehold.home", ".."), "docs/operations.md"));
        String list = page.substring(page.indexOf("The actions: "));
        return found(
                Pattern.compile("`([a-z-]+)`"), list.substring(0, list.indexOf("; and `alarm-")));
    }

    private static Set<String> written() {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith(ALARMS))
                    .map(ActionsPageTest::read)
                    .filter(source -> WRITES.matcher(source).find())
                    .flatMap(source ->
                            Stream.of(WITH_A_DASH, IN_THE_CALL)
                                    .flatMap(pattern -> found(pattern, source).stream()))
                    .collect(toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(result -> result.group(1))
                .collect(toCollection(TreeSet::new));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
