package io.leasehold.provisioner.attacks;

import static io.leasehold.provisioner.attacks.Attack.FULL_SHARED_MEMORY;
import static io.leasehold.provisioner.attacks.Attack.FULL_TMP;
import static io.leasehold.provisioner.attacks.Attack.LARGE_FILE;
import static io.leasehold.provisioner.attacks.Attack.MANY_FILES;
import static io.leasehold.provisioner.attacks.Attack.SPARSE_FILE;
import static io.leasehold.provisioner.attacks.Attack.UNPACKED_BOMB;

import org.junit.jupiter.api.Test;

/** A module wants all the room there is. */
class RoomAttacksIT extends AttackSuite {

    RoomAttacksIT() {
        super(LARGE_FILE, MANY_FILES, FULL_TMP, FULL_SHARED_MEMORY, SPARSE_FILE, UNPACKED_BOMB);
    }

    @Test
    @Against(LARGE_FILE)
    void aResultGrowsToTheFileLimitAndNoFurther() throws Exception {
        holdsOnlyBy(LARGE_FILE);
    }

    @Test
    @Against(MANY_FILES)
    void manyFilesTakeNoMoreThanOne() throws Exception {
        holdsOnlyBy(MANY_FILES);
    }

    @Test
    @Against(FULL_TMP)
    void theDirectoriesOfARunHaveASize() throws Exception {
        holdsOnlyBy(FULL_TMP);
    }

    @Test
    @Against(FULL_SHARED_MEMORY)
    void sharedMemoryHasASize() throws Exception {
        holdsOnlyBy(FULL_SHARED_MEMORY);
    }

    @Test
    @Against(SPARSE_FILE)
    void aFileOfHolesIsALargeFile() throws Exception {
        holdsOnlyBy(SPARSE_FILE);
    }

    @Test
    @Against(UNPACKED_BOMB)
    void whatUnpacksToMoreThanThereIsStops() throws Exception {
        holdsOnlyBy(UNPACKED_BOMB);
    }
}
