package io.leasehold.state.access;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** A route whose author forgot to say who may call it. */
@Path("/test/unlocked")
public class UnlockedResource {
    @GET
    public String secret() {
        return "should never be seen";
    }
}
