package io.leasehold.state.listing;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.leasehold.ledger.api.Page;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every listing goes on behind the last thing seen; none skips rows, and nothing counts a table.
 */
class ListingsTest {
    /** Lists of what there are few of: it has no second page. */
    private static final Set<String> WHOLE =
            Set.of("SourceResource.topics", "CapResource.list", "BreakerResource.list");

    /** Who counts rows, and why that is not the count of a table that grows. */
    private static final Map<String, String> COUNTS =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry(
                                    "BreakerDesk",
                                    "of what an open breaker holds, by its index; for operators"),
                            Map.entry("Caps", "of the leases that are live, by their index"),
                            Map.entry(
                                    "DoctorRows",
                                    "of what an open breaker holds, by its index; for operators"),
                            Map.entry("EventEnds", "of the statement itself"),
                            Map.entry(
                                    "FailureRows",
                                    "of the newest failures alike, a thousand at most"),
                            Map.entry("GoneLives", "of one life, by its key"),
                            Map.entry("HeldRecords", "of one tenant, by its index"),
                            Map.entry(
                                    "KeyRows",
                                    "until a rotation is done, of the index of what is left"),
                            Map.entry(
                                    "KeyViews",
                                    "a row a life, of an index; for operators who rotate"),
                            Map.entry("Batch", "of the batch"),
                            Map.entry("LostRuns", "of the losses of one stack, by their index"),
                            Map.entry(
                                    "Trials",
                                    "of the starts of the service in a trial, by their index"),
                            Map.entry(
                                    "LetterLists",
                                    "of open letters, unless closed ones are asked for; for operators"),
                            Map.entry(
                                    "LookRows",
                                    "of the open orphans of one stack, by their own index"),
                            Map.entry("OldEvents", "of the batch"),
                            Map.entry("OldGenerations", "of the batch"),
                            Map.entry("OldLetters", "of the batch"),
                            Map.entry("OldReplays", "of the batch"),
                            Map.entry("OldRevisions", "of the batch"),
                            Map.entry("OldRuns", "of the batch"),
                            Map.entry("OldWorkers", "of the batch"),
                            Map.entry("Pulse", "of the leases that were extended"),
                            Map.entry("ReplayViews", "of one replay, by its key"),
                            Map.entry("RetentionRows", "of the stacks of the batch, by their keys"),
                            Map.entry("RunEnd", "of the one row that was remembered"),
                            Map.entry("RunLogPartitions", "of the batch"),
                            Map.entry(
                                    "SealedColumn",
                                    "of indexes that hold what is left, which is nothing"),
                            Map.entry("Seeding", "of the locks of the statement itself"),
                            Map.entry("SourceViews", "of what is held of a topic, which is little"),
                            Map.entry("StackRows", "of the leases that are live, where a cap is"),
                            Map.entry(
                                    "StateRows",
                                    "of one stack, by its key, or of the statement itself"),
                            Map.entry("TenantViews", "of what is held of a tenant, by its index"),
                            Map.entry("Turns", "of the leases that are live, where a cap is")));

    @Test
    void everyListingGoesOnBehindTheLastThingSeen() {
        List<JavaMethod> listings =
                new ClassFileImporter()
                                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                                .importPackages("io.leasehold.state")
                                .stream()
                                .filter(each -> each.isAnnotatedWith(Path.class))
                                .map(JavaClass::getMethods)
                                .flatMap(Set::stream)
                                .filter(ListingsTest::isListing)
                                .sorted(Comparator.comparing(JavaMethod::getFullName))
                                .toList();

        assertThat(listings).hasSizeGreaterThan(12);
        assertThat(listings)
                .filteredOn(each -> !WHOLE.contains(name(each)))
                .allSatisfy(each ->
                        assertThat(queries(each)).as(name(each)).contains("after", "limit"));
    }

    private static boolean isListing(JavaMethod method) {
        return method.isAnnotatedWith(GET.class)
                && method.reflect()
                        .getGenericReturnType()
                        .getTypeName()
                        .contains(Page.class.getName());
    }

    private static String name(JavaMethod method) {
        return method.getOwner().getSimpleName() + "." + method.getName();
    }

    private static List<String> queries(JavaMethod method) {
        return Arrays.stream(method.reflect().getParameters())
                .map(each -> each.getAnnotation(QueryParam.class))
                .filter(each -> each != null)
                .map(QueryParam::value)
                .toList();
    }

    @Test
    void noStatementSkipsRowsAndOnlyThoseWithAReasonCount() {
        assertThat(sourcesWith("setFirstResult", "\\boffset (:|[1-9]|\\{)"))
                .containsExactly("OldGenerations");
        assertThat(sourcesWith("count\\((\\*|distinct)", "select count"))
                .isEqualTo(new TreeSet<>(COUNTS.keySet()));
    }

    private static Set<String> sourcesWith(String... patterns) {
        String any = "(?s).*(" + String.join("|", patterns) + ").*";
        try (Stream<java.nio.file.Path> files =
                Files.walk(java.nio.file.Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> read(file).matches(any))
                    .map(file -> file.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(java.nio.file.Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
