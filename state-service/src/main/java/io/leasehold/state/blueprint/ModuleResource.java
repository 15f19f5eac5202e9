package io.leasehold.state.blueprint;

import io.leasehold.ledger.api.Paths;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Hands out module archives by digest. */
@Path(Paths.MODULES)
@Cancellable(false)
public class ModuleResource {
    private final Mutiny.SessionFactory sessions;
    private final SealedModules sealed;

    /** Reads through these sessions. */
    public ModuleResource(Mutiny.SessionFactory sessions, SealedModules sealed) {
        this.sessions = sessions;
        this.sealed = sealed;
    }

    /** The archive's bytes, exactly as registered. */
    @GET
    @Produces("application/gzip")
    @RolesAllowed("worker")
    public Uni<byte[]> archive(@PathParam("digest") String digest) {
        return sessions.withSession(session ->
                        session.createNativeQuery(
                                        "select tar_gz from module_archive where digest = :digest",
                                        byte[].class)
                                .setParameter("digest", digest)
                                .getSingleResultOrNull())
                .onItem()
                .ifNull()
                .failWith(() ->
                        new Refusal(404, "MODULE_UNKNOWN", "no module has the digest " + digest))
                .chain(stored -> sealed.open(digest, stored));
    }
}
