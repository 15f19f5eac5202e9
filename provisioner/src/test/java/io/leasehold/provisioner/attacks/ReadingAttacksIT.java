package io.leasehold.provisioner.attacks;

import static io.leasehold.provisioner.attacks.Attack.HOSTS_PASSWORDS;
import static io.leasehold.provisioner.attacks.Attack.OTHER_TENANTS_DIRECTORY;
import static io.leasehold.provisioner.attacks.Attack.SERVICE_ACCOUNT_TOKEN;
import static io.leasehold.provisioner.attacks.Attack.WORKERS_ENVIRONMENT;
import static io.leasehold.provisioner.attacks.Attack.WORKERS_MEMORY;
import static io.leasehold.provisioner.attacks.Attack.WORKERS_SECRET_FILE;

import org.junit.jupiter.api.Test;

/** A module wants to know what is the worker's, the host's or another tenant's. */
class ReadingAttacksIT extends AttackSuite {

    ReadingAttacksIT() {
        super(
                WORKERS_ENVIRONMENT,
                WORKERS_SECRET_FILE,
                SERVICE_ACCOUNT_TOKEN,
                OTHER_TENANTS_DIRECTORY,
                HOSTS_PASSWORDS,
                WORKERS_MEMORY);
    }

    @Test
    @Against(WORKERS_ENVIRONMENT)
    void theWorkersEnvironmentIsInNoProcessThatARunSees() throws Exception {
        holdsOnlyBy(WORKERS_ENVIRONMENT);
    }

    @Test
    @Against(WORKERS_SECRET_FILE)
    void theWorkersSecretFilesAreNotThere() throws Exception {
        holdsOnlyBy(WORKERS_SECRET_FILE);
    }

    @Test
    @Against(SERVICE_ACCOUNT_TOKEN)
    void aTokenThatAllOfTheHostMayReadIsNotThere() throws Exception {
        holdsOnlyBy(SERVICE_ACCOUNT_TOKEN);
    }

    @Test
    @Against(OTHER_TENANTS_DIRECTORY)
    void theDirectoryOfAnotherTenantIsNotThere() throws Exception {
        holdsOnlyBy(OTHER_TENANTS_DIRECTORY);
    }

    @Test
    @Against(HOSTS_PASSWORDS)
    void theHostsPasswordsAreNotThere() throws Exception {
        holdsOnlyBy(HOSTS_PASSWORDS);
    }

    @Test
    @Against(WORKERS_MEMORY)
    void theMemoryOfAProcessOutsideCannotBeRead() throws Exception {
        holdsOnlyBy(WORKERS_MEMORY);
    }
}
