package io.leasehold.provisioner.attacks;

import static io.leasehold.provisioner.attacks.Defence.CLEARED_ENVIRONMENT;
import static io.leasehold.provisioner.attacks.Defence.CLOSED_NETWORK;
import static io.leasehold.provisioner.attacks.Defence.FILE_LIMIT;
import static io.leasehold.provisioner.attacks.Defence.FILTER;
import static io.leasehold.provisioner.attacks.Defence.NOSUID_MOUNTS;
import static io.leasehold.provisioner.attacks.Defence.NO_CAPABILITIES;
import static io.leasehold.provisioner.attacks.Defence.NO_NESTED_NAMESPACES;
import static io.leasehold.provisioner.attacks.Defence.NO_NEW_PRIVILEGES;
import static io.leasehold.provisioner.attacks.Defence.NO_TERMINALS;
import static io.leasehold.provisioner.attacks.Defence.OWN_DIRECTORY_OF_RESULTS;
import static io.leasehold.provisioner.attacks.Defence.OWN_NETWORK;
import static io.leasehold.provisioner.attacks.Defence.OWN_PROCESSES;
import static io.leasehold.provisioner.attacks.Defence.OWN_ROOT;
import static io.leasehold.provisioner.attacks.Defence.OWN_USER;
import static io.leasehold.provisioner.attacks.Defence.OWN_USER_NAMESPACE;
import static io.leasehold.provisioner.attacks.Defence.PROCESS_LIMIT;
import static io.leasehold.provisioner.attacks.Defence.READ_ONLY;
import static io.leasehold.provisioner.attacks.Defence.SIZED_MEMORY_FILES;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The attack table. An attack is what a module has its program try; words in braces are {@link
 * Bait}. All of it works where every defence named with it is left out; one of them alone keeps
 * some of it off, and all of them all of it.
 */
enum Attack {
    WORKERS_ENVIRONMENT(1, CLEARED_ENVIRONMENT, "environ={environment}"),
    WORKERS_SECRET_FILE(2, of(OWN_ROOT, OWN_USER), "open={secret}"),
    SERVICE_ACCOUNT_TOKEN(3, OWN_ROOT, "open={token}"),
    OTHER_TENANTS_DIRECTORY(
            4, of(OWN_ROOT, OWN_USER, OWN_USER_NAMESPACE, NO_CAPABILITIES), "list={other}"),
    HOSTS_PASSWORDS(5, of(OWN_ROOT, OWN_USER), "open={passwords}"),
    POISONED_PROVIDERS(6, of(READ_ONLY, OWN_USER), "write=/opt/providers/poison"),
    CHANGED_TOFU(7, of(READ_ONLY, OWN_USER), "touch=/bin/tofu"),
    METADATA_SERVICE(8, CLOSED_NETWORK, "dial=169.254.169.254:80"),
    INTERNET(9, CLOSED_NETWORK, "dial=203.0.113.10:443"),
    INTERNAL_BROKER(10, CLOSED_NETWORK, "dial=10.1.2.3:9092"),
    WORKERS_LOOPBACK(11, OWN_NETWORK, "dial={loopback}"),
    ABSTRACT_SOCKET(12, OWN_NETWORK, "dial-unix={abstract}"),
    ENGINES_SOCKET(13, OWN_ROOT, "dial-unix={engine}"),
    SIGNAL_TO_WORKER(14, of(OWN_PROCESSES, OWN_USER), "signal={worker}"),
    WORKERS_MEMORY(15, of(OWN_PROCESSES, OWN_USER, OWN_USER_NAMESPACE), "memory-of={memory}"),
    NESTED_NAMESPACE(16, of(FILTER, NO_NESTED_NAMESPACES), "call=unshare-user"),
    MOUNT(17, of(FILTER, OWN_USER, OWN_USER_NAMESPACE, NO_CAPABILITIES), "call=mount"),
    BECOMING_ROOT(18, of(OWN_USER, OWN_USER_NAMESPACE), "call=setuid"),
    CORE_PATTERN(19, OWN_USER, "open-to-write=/proc/sys/kernel/core_pattern"),
    DEVICE(20, of(FILTER, OWN_USER, OWN_USER_NAMESPACE, NO_CAPABILITIES), "call=mknod"),
    ROOT_CONTROL_GROUP(21, of(OWN_ROOT, OWN_USER), "open-to-write={cgroup}"),
    KEYRING(22, FILTER, "call=add-key"),
    IO_URING(23, FILTER, "call=io-uring"),
    RARE_SOCKETS(24, FILTER, "call=vsock", "call=alg"),
    PACKET_SOCKET(24, of(FILTER, OWN_USER, OWN_USER_NAMESPACE, NO_CAPABILITIES), "call=packet"),
    FAULT_HANDLER(25, FILTER, "call=userfaultfd"),
    KERNEL_PROGRAM(25, of(FILTER, OWN_USER, OWN_USER_NAMESPACE, NO_CAPABILITIES), "call=bpf"),
    FORK_BOMB(26, PROCESS_LIMIT, "fork=900"),
    MEMORY_HOG(27, of()),
    LARGE_FILE(28, FILE_LIMIT, "fill=/work/errored.tfstate:32"),
    MANY_FILES(
            29,
            of(READ_ONLY, OWN_USER, SIZED_MEMORY_FILES),
            "spread=/work",
            "spread=/tmp",
            "spread=/home/run"),
    FULL_TMP(30, SIZED_MEMORY_FILES, "fill=/tmp/large:20", "fill=/home/run/large:20"),
    FULL_SHARED_MEMORY(31, SIZED_MEMORY_FILES, "fill=/dev/shm/large:20"),
    CHANGED_ROOT(32, of(READ_ONLY, OWN_USER), "write=/x", "write=/dev/x", "write=/etc/x"),
    SPARSE_FILE(33, FILE_LIMIT, "sparse=/tmp/sparse"),
    UNPACKED_BOMB(34, SIZED_MEMORY_FILES, "unpack=/tmp/unpacked"),
    REPLACED_RESULT(35, OWN_DIRECTORY_OF_RESULTS),
    HARD_LINK(36, of(READ_ONLY, OWN_USER), "link=/opt/providers/setuid>/opt/providers/linked"),
    SET_USER_ID(
            37,
            of(NO_NEW_PRIVILEGES, NOSUID_MOUNTS, OWN_USER_NAMESPACE),
            "run-setuid=/opt/providers/setuid"),
    TERMINAL_INPUT(38, of(FILTER, NO_TERMINALS), "call=terminal"),
    PRINTED_SECRET(39, of()),
    LASTING_PROCESS(40, OWN_PROCESSES);

    private final int number;
    private final Set<Defence> defences;
    private final List<String> tries;

    Attack(int number, Defence defence, String... tries) {
        this(number, EnumSet.of(defence), tries);
    }

    Attack(int number, Set<Defence> defences, String... tries) {
        this.number = number;
        this.defences = defences;
        this.tries = List.of(tries);
    }

    private static Set<Defence> of(Defence... defences) {
        Set<Defence> all = EnumSet.noneOf(Defence.class);
        all.addAll(List.of(defences));
        return all;
    }

    /** In the table; what has other defences is another attack of the same number. */
    int number() {
        return number;
    }

    /** What must all be left out for it to work; none where that is shown in another way. */
    Set<Defence> defences() {
        return defences;
    }

    /** What is tried. */
    List<String> tries() {
        return tries;
    }
}
