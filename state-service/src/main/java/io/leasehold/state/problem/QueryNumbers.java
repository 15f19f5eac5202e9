package io.leasehold.state.problem;

import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses a number in the query that is none, by its name; left to the framework, nothing would be
 * at such an address. How many rows are asked for is at least one.
 */
class QueryNumbers {
    private static final String LIMIT = "limit";
    private static final Set<Class<?>> INTS = Set.of(int.class, Integer.class);
    private static final Set<Class<?>> LONGS = Set.of(long.class, Long.class);

    private final Map<Method, Map<String, Long>> numbers = new ConcurrentHashMap<>();

    /** Lets the request pass, or fails with a refusal. */
    @ServerRequestFilter
    public void check(ContainerRequestContext request, ResourceInfo resource) {
        Map<String, Long> taken =
                numbers.computeIfAbsent(resource.getResourceMethod(), QueryNumbers::of);
        if (taken.isEmpty()) {
            // Most routes, and all on the way of a run: their query need not be taken apart.
            return;
        }
        Map<String, List<String>> given = request.getUriInfo().getQueryParameters();
        taken.forEach((name, most) ->
                given.getOrDefault(name, List.of()).forEach(value -> check(name, value, most)));
    }

    /** The numbers that a route takes, each with the most that it can be. */
    private static Map<String, Long> of(Method method) {
        return Arrays.stream(method.getParameters())
                .filter(each -> each.isAnnotationPresent(QueryParam.class))
                .filter(each -> INTS.contains(each.getType()) || LONGS.contains(each.getType()))
                .collect(Collectors.toUnmodifiableMap(QueryNumbers::name, QueryNumbers::most));
    }

    private static String name(Parameter parameter) {
        return parameter.getAnnotation(QueryParam.class).value();
    }

    private static long most(Parameter parameter) {
        return INTS.contains(parameter.getType()) ? Integer.MAX_VALUE : Long.MAX_VALUE;
    }

    private static void check(String name, String value, long most) {
        long least = name.equals(LIMIT) ? 1 : -most;
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return;
            }
        } catch (NumberFormatException e) {
            // Refused below.
        }
        throw new Refusal(
                400,
                "REQUEST_INVALID",
                name.equals(LIMIT)
                        ? "limit in the query must be a whole number from 1 on"
                        : name + " in the query must be a whole number");
    }
}
