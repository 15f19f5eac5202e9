package io.leasehold.state.access;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** All the rights of a caller. */
record Grants(List<Grant> all) {
    /** No right at all. */
    static final Grants NONE = new Grants(List.of());

    Grants {
        all = List.copyOf(all);
    }

    /** What a line of the tokens file gives: an operator and an approver may look, too. */
    static List<Grant> of(String role, Scope scope) {
        Grant own = new Grant(role, scope);
        return role.equals(Role.OPERATOR) || role.equals(Role.APPROVER)
                ? List.of(own, new Grant(Role.VIEWER, scope))
                : List.of(own);
    }

    /**
     * What words say that stand behind a role and a name.
     *
     * @param words the limit, or none
     * @throws IllegalArgumentException with what is wrong with it, as the end of a sentence that
     *     begins with its place
     */
    static List<Grant> parse(String role, String... words) {
        if (words.length > 1) {
            throw new IllegalArgumentException("has more words than a limit");
        }
        if (words.length == 0) {
            if (role.equals(Role.STATE)) {
                throw new IllegalArgumentException(
                        "must say which states the role state may use, such as state=acme/1/*");
            }
            return of(role, Scope.ALL);
        }
        if (Role.OF_SERVICES.contains(role)) {
            throw new IllegalArgumentException("limits the role " + role + ", which has no limits");
        }
        return of(
                role,
                Scope.of(words[0])
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "has a limit that is neither tenant=PATTERN nor"
                                                + " state=TENANT/INCARNATION/STACK")));
    }

    /** These and more. */
    Grants and(Collection<Grant> more) {
        List<Grant> both = new ArrayList<>(all);
        both.addAll(more);
        return new Grants(both);
    }

    /** The names of the roles, whatever they are limited to. */
    Set<String> roles() {
        return all.stream().map(Grant::role).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The first of those roles that this caller has without a limit. */
    Optional<String> unlimited(List<String> roles) {
        return role(roles, new Target.Everything());
    }

    /** The first of those roles that holds for the target. */
    Optional<String> role(List<String> roles, Target target) {
        return roles.stream()
                .filter(role ->
                        all.stream()
                                .anyMatch(grant ->
                                        grant.role().equals(role) && grant.scope().covers(target)))
                .findFirst();
    }

    /** The limits of those roles, for a person to read. */
    String limits(List<String> roles) {
        return all.stream()
                .filter(grant -> roles.contains(grant.role()))
                .map(grant -> grant.scope().toString())
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
