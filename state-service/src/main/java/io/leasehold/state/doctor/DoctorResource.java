package io.leasehold.state.doctor;

import io.leasehold.ledger.api.DoctorView;
import io.leasehold.ledger.api.Paths;
import io.leasehold.state.access.Role;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Where operators ask what is wrong. */
@Path(Paths.DOCTOR)
@Cancellable(false)
class DoctorResource {
    private final Doctor doctor;

    DoctorResource(Doctor doctor) {
        this.doctor = doctor;
    }

    /** What is wrong with the system, and what to do. */
    @GET
    @RolesAllowed(Role.OPERATOR)
    public Uni<DoctorView> look() {
        return doctor.look();
    }
}
