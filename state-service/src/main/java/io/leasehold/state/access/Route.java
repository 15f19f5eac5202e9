package io.leasehold.state.access;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.QueryParam;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a resource method says of who may call it.
 *
 * @param roles those that may, the one to act by first; none for a method that names none
 * @param byTenant whether the query names the tenant whose things are asked for
 */
record Route(List<String> roles, boolean byTenant) {
    static Route of(Method method) {
        RolesAllowed named = method.getAnnotation(RolesAllowed.class);
        return new Route(
                named == null ? List.of() : List.of(named.value()),
                parameters(method).anyMatch(Route::isTenant));
    }

    private static Stream<Parameter> parameters(Method method) {
        return Arrays.stream(method.getParameters());
    }

    private static boolean isTenant(Parameter parameter) {
        @Nullable QueryParam query = parameter.getAnnotation(QueryParam.class);
        return query != null && query.value().equals("tenant");
    }
}
