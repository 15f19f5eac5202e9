package io.leasehold.provisioner.module;

/** What asking for a template can end in. */
public sealed interface TemplateResult {

    /** Here it is. */
    record Ready(Template template) implements TemplateResult {}

    /**
     * The module is not one that may run here; it never will be, since its digest names its bytes.
     *
     * @param code stable, {@code MODULE_REFUSED}
     * @param reason with file and line where there is one
     */
    record Refused(String code, String reason) implements TemplateResult {}

    /**
     * It could not be made this time.
     *
     * @param code stable: {@code MODULE_UNAVAILABLE} when the source is away, {@code
     *     MODULE_INIT_FAILED} when tofu could not initialise it
     * @param retryable whether another attempt may end otherwise
     */
    record Failed(String code, String reason, boolean retryable) implements TemplateResult {}
}
