package io.leasehold.state.access;

import io.leasehold.ledger.api.StackRef;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a right is limited to: patterns for the three parts of a stack's name, in which {@code *}
 * stands for any run of characters.
 */
record Scope(String tenant, String incarnation, String stack) {
    /** No limit. */
    static final Scope ALL = new Scope("*", "*", "*");

    private static final Pattern WORD =
            Pattern.compile(
                    "tenant=(?<all>[a-z0-9*-]{1,64})|state=(?<tenant>[a-z0-9*-]{1,64})/"
                            + "(?<incarnation>\\*|[1-9][0-9]{0,8})/(?<stack>[A-Za-z0-9_*-]{1,64})");

    /** What a word of the tokens file says; empty when it says nothing that is known. */
    static Optional<Scope> of(String word) {
        Matcher matcher = WORD.matcher(word);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String all = matcher.group("all");
        return Optional.of(
                all != null
                        ? new Scope(all, "*", "*")
                        : new Scope(
                                matcher.group("tenant"),
                                matcher.group("incarnation"),
                                matcher.group("stack")));
    }

    /** Exactly one stack. */
    static Scope of(StackRef stack) {
        return new Scope(stack.tenantId(), Integer.toString(stack.incarnation()), stack.stack());
    }

    /** Whether it holds all that is asked for. */
    boolean covers(Target target) {
        return switch (target) {
            case Target.Everything _ -> equals(ALL);
            case Target.Tenant(String id) ->
                    fits(tenant, id) && incarnation.equals("*") && stack.equals("*");
            case Target.Stack(String id, String life, String name) ->
                    fits(tenant, id) && fits(incarnation, life) && fits(stack, name);
        };
    }

    private static boolean fits(String pattern, String text) {
        String[] parts = pattern.split("\\*", -1);
        StringBuilder expression = new StringBuilder(Pattern.quote(parts[0]));
        for (int i = 1; i < parts.length; i++) {
            expression.append("[^/]*").append(Pattern.quote(parts[i]));
        }
        return text.matches(expression.toString());
    }

    /** As it is written in the tokens file. */
    @Override
    public String toString() {
        return incarnation.equals("*") && stack.equals("*")
                ? "tenant=" + tenant
                : "state=" + tenant + "/" + incarnation + "/" + stack;
    }
}
