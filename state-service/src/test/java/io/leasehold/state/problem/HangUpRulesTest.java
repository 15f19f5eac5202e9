package io.leasehold.state.problem;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.ws.rs.Path;
import java.util.List;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.junit.jupiter.api.Test;

/** No resource lets a client that hangs up cancel work on the database. */
class HangUpRulesTest {
    private static final List<JavaClass> RESOURCES =
            new ClassFileImporter()
                            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                            .importPackages("io.leasehold.state")
                            .stream()
                            .filter(each -> each.isAnnotatedWith(Path.class))
                            .toList();

    @Test
    void everyResourceIsCarriedToItsEnd() {
        assertThat(RESOURCES).isNotEmpty();
        for (JavaClass resource : RESOURCES) {
            assertThat(uncancelled(resource))
                    .as(
                            "%s is @Cancellable(false): a session that is closed in the middle of a"
                                    + " statement harms whoever has its connection next",
                            resource.getName())
                    .isTrue();
        }
    }

    @Test
    void onlyLongPollsMayBeCancelledAndTheyShieldTheirStatements() {
        assertThat(
                        RESOURCES.stream()
                                .flatMap(resource -> resource.getMethods().stream())
                                .filter(method -> method.isAnnotatedWith(Cancellable.class))
                                .map(JavaMethod::getFullName)
                                .map(name -> name.substring(0, name.indexOf('(')))
                                .toList())
                .containsExactlyInAnyOrder(
                        "io.leasehold.state.lease.ClaimResource.claim",
                        "io.leasehold.state.outbox.ShardResource.drain");
    }

    private static boolean uncancelled(JavaClass resource) {
        return resource.isAnnotatedWith(Cancellable.class)
                && !resource.getAnnotationOfType(Cancellable.class).value();
    }
}
