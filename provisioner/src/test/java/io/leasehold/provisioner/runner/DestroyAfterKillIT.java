package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real tofu makes a tenant's role and database in a real Postgres, and no state knows of them. */
@Timeout(120)
class DestroyAfterKillIT {
    @TempDir Path folder;

    @Test
    void whatAKilledApplyMadeIsGoneAfterTheDestroy() throws Exception {
        try (RealTenant tenant = new RealTenant(folder)) {
            // As good as a kill between making and storing: the things are there, the state is not.
            tenant.states().refusing(true);
            assertThat(tenant.run(Claims.apply(tenant.id(), "database", true)))
                    .isInstanceOf(RunEnding.Failed.class);
            tenant.states().refusing(false);
            assertThat(tenant.stateIsEmpty()).isTrue();
            assertThat(tenant.things()).isEqualTo(2);

            assertThat(tenant.run(Claims.destroy(tenant.id(), "database", true)))
                    .isInstanceOf(RunEnding.Succeeded.class);

            assertThat(tenant.things()).isZero();
        }
    }
}
