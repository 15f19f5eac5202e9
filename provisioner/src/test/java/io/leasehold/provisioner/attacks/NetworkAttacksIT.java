package io.leasehold.provisioner.attacks;

import static io.leasehold.provisioner.attacks.Attack.ABSTRACT_SOCKET;
import static io.leasehold.provisioner.attacks.Attack.ENGINES_SOCKET;
import static io.leasehold.provisioner.attacks.Attack.INTERNAL_BROKER;
import static io.leasehold.provisioner.attacks.Attack.INTERNET;
import static io.leasehold.provisioner.attacks.Attack.METADATA_SERVICE;
import static io.leasehold.provisioner.attacks.Attack.WORKERS_LOOPBACK;

import org.junit.jupiter.api.Test;

/** A module wants to reach what no door leads to. */
class NetworkAttacksIT extends AttackSuite {

    NetworkAttacksIT() {
        super(
                METADATA_SERVICE,
                INTERNET,
                INTERNAL_BROKER,
                WORKERS_LOOPBACK,
                ABSTRACT_SOCKET,
                ENGINES_SOCKET);
    }

    @Test
    @Against(METADATA_SERVICE)
    void theMetadataServiceCannotBeReached() throws Exception {
        holdsOnlyBy(METADATA_SERVICE);
    }

    @Test
    @Against(INTERNET)
    void theInternetCannotBeReached() throws Exception {
        holdsOnlyBy(INTERNET);
    }

    @Test
    @Against(INTERNAL_BROKER)
    void aBrokerOfTheInternalNetworkCannotBeReached() throws Exception {
        holdsOnlyBy(INTERNAL_BROKER);
    }

    @Test
    @Against(WORKERS_LOOPBACK)
    void thePortsOfTheWorkersLoopbackAreNotThere() throws Exception {
        holdsOnlyBy(WORKERS_LOOPBACK);
    }

    @Test
    @Against(ABSTRACT_SOCKET)
    void abstractSocketsOfTheHostAreNotThere() throws Exception {
        holdsOnlyBy(ABSTRACT_SOCKET);
    }

    @Test
    @Against(ENGINES_SOCKET)
    void aSocketThatAllOfTheHostMayUseIsNotThere() throws Exception {
        holdsOnlyBy(ENGINES_SOCKET);
    }
}
