package io.leasehold.provisioner.sandbox;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The system calls a program in the sandbox does not get: those that make namespaces and mounts,
 * look into or govern other processes, load code into the kernel or open kinds of sockets nobody
 * needs. What is left out is refused with an error a program can live with. Written as classic BPF,
 * because that is what the kernel takes.
 */
final class SeccompFilter {

    private static final int EPERM = 1;
    private static final int ENOSYS = 38;
    private static final int ALLOW = 0x7fff0000;
    private static final int KILL_PROCESS = 0x80000000;
    private static final int ERRNO = 0x00050000;

    private static final int LOAD = 0x20;
    private static final int JUMP_EQUAL = 0x15;
    private static final int JUMP_AT_LEAST = 0x35;
    private static final int JUMP_ANY_BIT = 0x45;
    private static final int RETURN = 0x06;

    /** As long as is best for how many there are. */
    private static final int ROW = 8;

    /** Offsets in struct seccomp_data. The arguments are 64 bits, low half first. */
    private static final int NUMBER = 0;

    private static final int ARCHITECTURE = 4;
    private static final int FIRST_ARGUMENT = 16;
    private static final int SECOND_ARGUMENT = 24;
    private static final int THIRD_ARGUMENT = 32;
    private static final int FOURTH_ARGUMENT = 40;

    /**
     * The first of the IP protocols of which nobody needs one: MPTCP and SMC are TCP in disguise.
     */
    private static final int RARE_PROTOCOLS = 64;

    /** MSG_FASTOPEN connects without a connect. */
    private static final int FAST_OPEN = 0x20000000;

    /** All of CLONE_NEW* that the old call knows. */
    private static final int NEW_NAMESPACES = 0x7e020000;

    /** TIOCSTI and TIOCLINUX put words into a terminal's mouth. */
    private static final int[] TERMINAL_REQUESTS = {0x5412, 0x541c};

    /** AF_UNIX, AF_INET, AF_INET6, AF_NETLINK. */
    private static final int[] SOCKET_FAMILIES = {1, 2, 10, 16};

    /** Calls with the same number everywhere, refused as forbidden. */
    private static final int[] FORBIDDEN_EVERYWHERE = {428, 429, 430, 431, 432, 433, 438, 442};

    /** clone3 hides its flags from filters; io_uring does calls without calling. */
    private static final int[] UNKNOWN_EVERYWHERE = {425, 426, 427, 435};

    /** The numbers of one architecture; {@code fork} is clone, {@code limits} prlimit64. */
    private record Machine(
            int audit,
            boolean hasOtherAbi,
            int fork,
            int socket,
            int ioctl,
            int limits,
            Sends sends,
            int[] forbidden) {}

    /** sendto, sendmsg and sendmmsg. */
    private record Sends(int to, int message, int messages) {}

    /**
     * In the order of the comments below: unshare setns mount umount2 pivot_root chroot, ptrace
     * process_vm_readv process_vm_writev kcmp, add_key request_key keyctl, bpf perf_event_open
     * userfaultfd fanotify_init, mknodat, kexec_load kexec_file_load init_module finit_module
     * delete_module, name_to_handle_at open_by_handle_at, swapon swapoff reboot acct quotactl
     * syslog, settimeofday clock_settime adjtimex clock_adjtime, personality vhangup
     * lookup_dcookie, setpriority sched_setparam sched_setscheduler sched_setaffinity ioprio_set
     * sched_setattr; then those of one architecture only (mknod iopl ioperm modify_ldt uselib).
     */
    private static final Machine X86_64 =
            new Machine(
                    0xc000003e,
                    true,
                    56,
                    41,
                    16,
                    302,
                    new Sends(44, 46, 307),
                    new int[] {
                        272, 308, 165, 166, 155, 161, 101, 310, 311, 312, 248, 249, 250, 321, 298,
                        323, 300, 259, 246, 320, 175, 313, 176, 303, 304, 167, 168, 169, 163, 179,
                        103, 164, 227, 159, 305, 135, 153, 212, 141, 142, 144, 203, 251, 314, 133,
                        172, 173, 154, 134
                    });

    private static final Machine AARCH64 =
            new Machine(
                    0xc00000b7,
                    false,
                    220,
                    198,
                    29,
                    261,
                    new Sends(206, 211, 269),
                    new int[] {
                        97, 268, 40, 39, 41, 51, 117, 270, 271, 272, 217, 218, 219, 280, 241, 282,
                        262, 33, 104, 294, 105, 273, 106, 264, 265, 224, 225, 142, 89, 60, 116, 170,
                        112, 171, 266, 92, 58, 18, 140, 118, 119, 122, 30, 274
                    });

    private final List<int[]> program = new ArrayList<>();

    private SeccompFilter() {}

    /** The filter for a machine, as Java names it ({@code os.arch}). */
    static byte[] forMachine(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> new SeccompFilter().assemble(X86_64);
            case "aarch64", "arm64" -> new SeccompFilter().assemble(AARCH64);
            default ->
                    throw new IllegalStateException(
                            "no system call filter for "
                                    + name
                                    + ": only amd64 and aarch64 have one");
        };
    }

    private byte[] assemble(Machine machine) {
        add(LOAD, 0, 0, ARCHITECTURE);
        add(JUMP_EQUAL, 1, 0, machine.audit());
        answer(KILL_PROCESS);
        add(LOAD, 0, 0, NUMBER);
        if (machine.hasOtherAbi()) {
            // x32 reaches the same kernel by other numbers.
            add(JUMP_AT_LEAST, 0, 1, 0x40000000);
            answer(ERRNO | ENOSYS);
        }
        IntStream own = IntStream.of(machine.forbidden());
        refuse(IntStream.concat(own, IntStream.of(FORBIDDEN_EVERYWHERE)), EPERM);
        refuse(IntStream.of(UNKNOWN_EVERYWHERE), ENOSYS);
        // What Landlock judges is connect and bind, of sockets that are TCP by name.
        refuseWhen(machine.socket(), THIRD_ARGUMENT, JUMP_AT_LEAST, RARE_PROTOCOLS);
        refuseWhen(machine.sends().to(), FOURTH_ARGUMENT, JUMP_ANY_BIT, FAST_OPEN);
        refuseWhen(machine.sends().message(), THIRD_ARGUMENT, JUMP_ANY_BIT, FAST_OPEN);
        refuseWhen(machine.sends().messages(), FOURTH_ARGUMENT, JUMP_ANY_BIT, FAST_OPEN);
        // Who is another process's user may change its limits: without files, a supervisor would
        // find nothing to kill. Process 0 is whoever calls.
        refuseWhen(machine.limits(), FIRST_ARGUMENT, JUMP_AT_LEAST, 1);
        when(machine.fork(), FIRST_ARGUMENT, 2);
        add(JUMP_ANY_BIT, 0, 1, NEW_NAMESPACES);
        answer(ERRNO | EPERM);
        answer(ALLOW);
        when(machine.ioctl(), SECOND_ARGUMENT, 1 + TERMINAL_REQUESTS.length);
        oneOf(TERMINAL_REQUESTS, ALLOW, ERRNO | EPERM);
        when(machine.socket(), FIRST_ARGUMENT, 1 + SOCKET_FAMILIES.length);
        oneOf(SOCKET_FAMILIES, ERRNO | EPERM, ALLOW);
        answer(ALLOW);
        return bytes();
    }

    /**
     * Refuses some calls, by rows of comparisons that jump to one answer behind them. A number
     * beyond all of a row skips it: when a filter is set, the kernel tries every call there is.
     */
    private void refuse(IntStream numbers, int error) {
        int[] sorted = numbers.sorted().toArray();
        for (int from = 0; from < sorted.length; from += ROW) {
            int[] row = Arrays.copyOfRange(sorted, from, Math.min(from + ROW, sorted.length));
            add(JUMP_AT_LEAST, row.length + 2, 0, row[row.length - 1] + 1);
            for (int i = 0; i < row.length; i++) {
                add(JUMP_EQUAL, row.length - i, 0, row[i]);
            }
            add(JUMP_EQUAL, 0, 1, -1);
            answer(ERRNO | error);
        }
    }

    /** Refuses one call by an argument; for what follows, the number is loaded again. */
    private void refuseWhen(int number, int argument, int test, int value) {
        add(JUMP_EQUAL, 0, 3, number);
        add(LOAD, 0, 0, argument);
        add(test, 0, 1, value);
        answer(ERRNO | EPERM);
        add(LOAD, 0, 0, NUMBER);
    }

    /** For one call, loads an argument and goes on; for any other, skips what decides on it. */
    private void when(int number, int argument, int decision) {
        add(JUMP_EQUAL, 0, 1 + decision + 1, number);
        add(LOAD, 0, 0, argument);
    }

    /** Answers by whether the loaded argument is one of these. */
    private void oneOf(int[] values, int otherwise, int then) {
        for (int i = 0; i < values.length; i++) {
            add(JUMP_EQUAL, values.length - i, 0, values[i]);
        }
        answer(otherwise);
        answer(then);
    }

    private void answer(int action) {
        add(RETURN, 0, 0, action);
    }

    private void add(int code, int whenTrue, int whenFalse, int k) {
        program.add(new int[] {code, whenTrue, whenFalse, k});
    }

    private byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer one = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
        for (int[] i : program) {
            one.clear().putShort((short) i[0]).put((byte) i[1]).put((byte) i[2]).putInt(i[3]);
            out.writeBytes(one.array());
        }
        return out.toByteArray();
    }
}
