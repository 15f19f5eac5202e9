package io.leasehold.provisioner.attacks;

import static io.leasehold.provisioner.attacks.Attack.BECOMING_ROOT;
import static io.leasehold.provisioner.attacks.Attack.DEVICE;
import static io.leasehold.provisioner.attacks.Attack.FAULT_HANDLER;
import static io.leasehold.provisioner.attacks.Attack.IO_URING;
import static io.leasehold.provisioner.attacks.Attack.KERNEL_PROGRAM;
import static io.leasehold.provisioner.attacks.Attack.KEYRING;
import static io.leasehold.provisioner.attacks.Attack.MOUNT;
import static io.leasehold.provisioner.attacks.Attack.NESTED_NAMESPACE;
import static io.leasehold.provisioner.attacks.Attack.PACKET_SOCKET;
import static io.leasehold.provisioner.attacks.Attack.RARE_SOCKETS;
import static io.leasehold.provisioner.attacks.Attack.TERMINAL_INPUT;
import static io.leasehold.provisioner.attacks.Defence.OWN_USER;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.leasehold.provisioner.sandbox.Rights;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A module wants of the kernel what no tenant needs. */
class KernelAttacksIT extends AttackSuite {

    KernelAttacksIT() {
        super(
                NESTED_NAMESPACE,
                MOUNT,
                BECOMING_ROOT,
                DEVICE,
                KEYRING,
                IO_URING,
                RARE_SOCKETS,
                PACKET_SOCKET,
                FAULT_HANDLER,
                KERNEL_PROGRAM,
                TERMINAL_INPUT);
    }

    @Test
    @Against(NESTED_NAMESPACE)
    void noUserNamespaceCanBeMade() throws Exception {
        holdsOnlyBy(NESTED_NAMESPACE);
    }

    @Test
    @Against(MOUNT)
    void nothingCanBeMounted() throws Exception {
        holdsOnlyBy(MOUNT);
    }

    @Test
    @Against(BECOMING_ROOT)
    void nobodyBecomesRoot() throws Exception {
        holdsOnlyBy(BECOMING_ROOT);
    }

    @Test
    @Against(DEVICE)
    void noDeviceCanBeMade() throws Exception {
        holdsOnlyBy(DEVICE);
    }

    @Test
    @Against(KEYRING)
    void noKeyCanBeLeftInAKeyring() throws Exception {
        holdsWhereTheKernelHasIt(KEYRING);
    }

    @Test
    @Against(IO_URING)
    void noSystemCallIsMadeByARing() throws Exception {
        holdsWhereTheKernelHasIt(IO_URING);
    }

    @Test
    @Against(RARE_SOCKETS)
    void noSocketOfARareKindIsOpened() throws Exception {
        holdsWhereTheKernelHasIt(RARE_SOCKETS);
    }

    @Test
    @Against(PACKET_SOCKET)
    void noSocketHearsOrSaysWhatOthersDo() throws Exception {
        holdsWhereTheKernelHasIt(PACKET_SOCKET);
    }

    @Test
    @Against(FAULT_HANDLER)
    void nobodyHandlesThePageFaultsOfTheKernel() throws Exception {
        holdsWhereTheKernelHasIt(FAULT_HANDLER);
    }

    @Test
    @Against(KERNEL_PROGRAM)
    void nothingIsLoadedIntoTheKernel() throws Exception {
        holdsWhereTheKernelHasIt(KERNEL_PROGRAM);
    }

    @Test
    @Against(TERMINAL_INPUT)
    void noWordsArePutIntoATerminal() throws Exception {
        holdsWhereTheKernelHasIt(TERMINAL_INPUT);
    }

    /**
     * Some kernels do not offer it to anybody; then nothing can be shown by leaving a defence out.
     */
    private void holdsWhereTheKernelHasIt(Attack attack) throws Exception {
        isContained(attack);
        assumeTrue(Rights.root(), "defences are left out where the worker is root");
        Set<String> offered = new HashSet<>();
        for (String tried : attack.tries()) {
            // What needs rights is not offered to a user with none.
            if (Outside.offers(workers().program(), tried, attack.defences().contains(OWN_USER))) {
                offered.add(tried);
            }
        }
        assumeFalse(offered.isEmpty(), "this kernel does not offer it");
        holdsOnlyBy(attack, offered::contains);
    }
}
