package io.leasehold.ledger.api;

import java.util.List;

/**
 * A blueprint and the modules it names.
 *
 * @param yaml the document as written
 * @param modules one archive for each distinct {@code module.dir}
 */
public record BlueprintRegistration(String yaml, List<ModuleArchive> modules) {

    /** Takes a copy of the list. */
    public BlueprintRegistration {
        modules = List.copyOf(modules);
    }

    /**
     * @param dir as the blueprint names it
     * @param tarGz the folder's content at the archive's root, plain files and folders only, made
     *     reproducibly (sorted names, no times, no owners) so that equal content has an equal
     *     digest
     */
    public record ModuleArchive(String dir, byte[] tarGz) {}
}
