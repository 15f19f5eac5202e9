package io.leasehold.state.access;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Every route that the service has, read from its classes. */
public final class RouteWalk {
    private static final Map<String, String> NUMBERS =
            Map.of("incarnation", "1", "shard", "1", "version", "1");

    private static final List<Route> ALL = read();

    private RouteWalk() {}

    /**
     * @param template the path with its variables in braces
     * @param byTenant the query takes a {@code tenant}
     */
    public record Route(
            String verb, String template, String where, Set<String> roles, boolean byTenant) {

        /** The path with these in the places of its variables, and {@code x} in all others. */
        public String path(Map<String, String> values) {
            String path = template;
            for (Map<String, String> each : List.of(values, NUMBERS)) {
                for (Map.Entry<String, String> value : each.entrySet()) {
                    path = path.replace("{" + value.getKey() + "}", value.getValue());
                }
            }
            return path.replaceAll("\\{[^}]*}", "x");
        }

        public String path() {
            return path(Map.of());
        }

        /** Whether it is for one of those. */
        public boolean isFor(Set<String> some) {
            return some.stream().anyMatch(roles::contains);
        }

        @Override
        public String toString() {
            return verb + " " + template;
        }
    }

    /** All of them. */
    public static List<Route> routes() {
        return ALL;
    }

    private static List<Route> read() {
        List<Route> routes = new ArrayList<>();
        for (JavaClass each :
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.leasehold.state")) {
            if (each.isAnnotatedWith(Path.class)) {
                each.getMethods().forEach(method -> add(routes, each, method));
            }
        }
        return List.copyOf(routes);
    }

    private static void add(List<Route> routes, JavaClass resource, JavaMethod method) {
        method.getAnnotations().stream()
                .filter(each -> each.getRawType().isAnnotatedWith(HttpMethod.class))
                .map(each -> each.getRawType().getAnnotationOfType(HttpMethod.class).value())
                .forEach(verb ->
                        routes.add(
                                new Route(
                                        verb,
                                        template(resource, method),
                                        method.getFullName(),
                                        roles(method),
                                        isByTenant(method))));
    }

    private static String template(JavaClass resource, JavaMethod method) {
        String path = resource.getAnnotationOfType(Path.class).value();
        if (method.isAnnotatedWith(Path.class)) {
            path += "/" + method.getAnnotationOfType(Path.class).value();
        }
        return path.replaceAll("/+", "/");
    }

    private static Set<String> roles(JavaMethod method) {
        return method.isAnnotatedWith(RolesAllowed.class)
                ? Set.of(method.getAnnotationOfType(RolesAllowed.class).value())
                : Set.of();
    }

    private static boolean isByTenant(JavaMethod method) {
        return method.getParameters().stream()
                .anyMatch(parameter ->
                        parameter.isAnnotatedWith(QueryParam.class)
                                && parameter
                                        .getAnnotationOfType(QueryParam.class)
                                        .value()
                                        .equals("tenant"));
    }
}
