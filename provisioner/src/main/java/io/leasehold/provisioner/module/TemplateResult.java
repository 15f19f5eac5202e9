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
     * @param reason for people
     */
    record Failed(Blame blame, String reason) implements TemplateResult {}
}
