package io.leasehold.events;

/**
 * Names one life of one stack of one tenant; its text is the key of the compacted topics.
 *
 * @param tenantId the tenant
 * @param incarnation which life of the tenant id, from 1
 * @param stack the stack's name in the blueprint
 */
public record StackKey(String tenantId, long incarnation, String stack) {
    /**
     * Reads {@code tenantId/incarnation/stack}.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static StackKey parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 3 || parts[0].isEmpty() || parts[2].isEmpty()) {
            throw new IllegalArgumentException("a stack key is tenantId/incarnation/stack");
        }
        return new StackKey(parts[0], Long.parseLong(parts[1]), parts[2]);
    }

    /** {@code tenants/<tenantId>/stacks/<stack>}, the {@code ce_subject} of what concerns it. */
    public String subject() {
        return "tenants/" + tenantId + "/stacks/" + stack;
    }

    /** {@code tenantId/incarnation/stack}. */
    @Override
    public String toString() {
        return tenantId + "/" + incarnation + "/" + stack;
    }
}
