package io.leasehold.testsupport;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The rules of the house that code can check. A module's own {@code HouseRulesTest} calls {@link
 * #check} with its root package; who may know what depends on that package.
 */
public final class HouseRules {
    private static final int MOST_LINES = 400;
    private static final int MOST_CONSTRUCTOR_PARAMETERS = 7;

    private HouseRules() {}

    /**
     * Holds the module that the tests run in against the rules.
     *
     * @param rootPackage for instance {@code io.leasehold.events}
     * @throws AssertionError naming every place that breaks a rule
     * @throws IOException if the module's sources cannot be read
     */
    public static void check(String rootPackage) throws IOException {
        check(rootPackage, Path.of("src/main/java"));
    }

    /** Holds another module of the class path against the rules; its sources lie elsewhere. */
    static void check(String rootPackage, Path sources) throws IOException {
        JavaClasses module =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages(rootPackage);
        rules(rootPackage).forEach(rule -> rule.allowEmptyShould(true).check(module));
        noLongFiles(sources);
    }

    private static List<ArchRule> rules(String root) {
        return Stream.of(everywhere(root), whoMayKnowWhat(root)).flatMap(List::stream).toList();
    }

    private static List<ArchRule> everywhere(String root) {
        return List.of(
                slices().matching(root + ".(*)..").should().beFreeOfCycles(),
                classes()
                        .should()
                        .resideOutsideOfPackages(
                                "..util..",
                                "..utils..",
                                "..common..",
                                "..impl..",
                                "..dto..",
                                "..manager..",
                                "..helper..")
                        .because("packages are named by feature"),
                noClasses()
                        .should()
                        .haveNameMatching(".*(Impl|Manager|Helper|Utils)")
                        .because("a name says what a thing does"),
                noClasses()
                        .that()
                        .haveSimpleNameEndingWith("Decider")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                "io.quarkus..",
                                "io.vertx..",
                                "io.smallrye..",
                                "jakarta.persistence..",
                                "org.hibernate..",
                                "org.apache.kafka..",
                                "java.sql..",
                                "java.net..",
                                "java.nio.file..")
                        .because("deciders are pure"),
                constructors()
                        .that()
                        .areDeclaredInClassesThat()
                        .areNotRecords()
                        .should(haveFewParameters()));
    }

    private static List<ArchRule> whoMayKnowWhat(String root) {
        return switch (root) {
            case "io.leasehold.events" ->
                    List.of(
                            unknown("org.apache.kafka..", "io.quarkus..", "java.sql.."),
                            unknownModules("client", "embedded", "state", "provisioner", "cli"));
            case "io.leasehold.ledger.api" ->
                    List.of(
                            unknown("org.apache.kafka..", "io.quarkus..", "java.sql.."),
                            unknownModules("client", "embedded", "state", "provisioner", "cli"));
            case "io.leasehold.client" ->
                    List.of(
                            unknown("io.quarkus..", "java.sql.."),
                            unknownModules("embedded", "state", "provisioner", "cli", "ledger"));
            case "io.leasehold.state" ->
                    List.of(
                            unknown("org.apache.kafka..", "io.smallrye.reactive.messaging.."),
                            noProcesses(),
                            unknownModules("client", "embedded", "provisioner", "cli"));
            case "io.leasehold.provisioner" ->
                    List.of(
                            unknown(
                                    "jakarta.persistence..",
                                    "java.sql..",
                                    "io.vertx.sqlclient..",
                                    "org.hibernate.."),
                            processesOnlyIn("io.leasehold.provisioner.process.."),
                            unknownModules("embedded", "state", "cli"));
            case "io.leasehold.cli" ->
                    List.of(
                            unknown("java.sql..", "io.quarkus.."),
                            unknownModules("embedded", "state", "provisioner"));
            default -> List.of(unknownModules("state", "provisioner"));
        };
    }

    private static ArchRule unknown(String... packages) {
        return noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .because("docs/architecture.md says who may know what");
    }

    private static ArchRule unknownModules(String... modules) {
        return unknown(
                Stream.of(modules).map(m -> "io.leasehold." + m + "..").toArray(String[]::new));
    }

    private static ArchRule noProcesses() {
        return noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .because("the state service starts no processes");
    }

    private static ArchRule processesOnlyIn(String feature) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(feature)
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .orShould()
                .callMethodWhere(
                        target(owner(type(Runtime.class))).and(target(nameMatching("exec"))))
                .because("deadlines, the stop ladder and the environment are in one place");
    }

    private static ArchCondition<JavaConstructor> haveFewParameters() {
        return new ArchCondition<>("have at most " + MOST_CONSTRUCTOR_PARAMETERS + " parameters") {
            @Override
            public void check(JavaConstructor constructor, ConditionEvents events) {
                JavaClass owner = constructor.getOwner();
                int count = constructor.getRawParameterTypes().size();
                if (count > MOST_CONSTRUCTOR_PARAMETERS && !owner.getName().contains("_")) {
                    events.add(
                            SimpleConditionEvent.violated(
                                    constructor,
                                    "%s takes %d parameters"
                                            .formatted(constructor.getFullName(), count)));
                }
            }
        };
    }

    private static void noLongFiles(Path sources) throws IOException {
        if (!Files.isDirectory(sources)) {
            return;
        }
        try (Stream<Path> files = Files.walk(sources)) {
            List<String> tooLong =
                    files.filter(file -> file.toString().endsWith(".java"))
                            .filter(HouseRules::isTooLong)
                            .map(Path::toString)
                            .toList();
            if (!tooLong.isEmpty()) {
                throw new AssertionError(
                        "files of more than %d lines: %s".formatted(MOST_LINES, tooLong));
            }
        }
    }

    private static boolean isTooLong(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count() > MOST_LINES;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
