package io.leasehold.provisioner.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of the sandbox that need no sandbox. */
class SandboxPartsTest {

    private static final int ALLOW = 0x7fff0000;
    private static final int EPERM = 0x00050001;
    private static final int ENOSYS = 0x00050026;
    private static final int KILL = 0x80000000;

    @TempDir Path directory;

    /** What the kernel would do: a machine with one register, for the codes the filter uses. */
    private static int verdict(String machine, int audit, int number, long... arguments) {
        ByteBuffer program =
                ByteBuffer.wrap(SeccompFilter.forMachine(machine)).order(ByteOrder.nativeOrder());
        ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(0, number).putInt(4, audit);
        for (int i = 0; i < arguments.length; i++) {
            data.putLong(16 + 8 * i, arguments[i]);
        }
        int register = 0;
        for (int at = 0; ; at++) {
            int code = program.getShort(at * 8);
            int whenTrue = program.get(at * 8 + 2) & 0xff;
            int whenFalse = program.get(at * 8 + 3) & 0xff;
            int k = program.getInt(at * 8 + 4);
            switch (code) {
                case 0x20 -> register = data.getInt(k);
                case 0x15 -> at += register == k ? whenTrue : whenFalse;
                case 0x35 -> at += Integer.compareUnsigned(register, k) >= 0 ? whenTrue : whenFalse;
                case 0x45 -> at += (register & k) != 0 ? whenTrue : whenFalse;
                case 0x06 -> {
                    return k;
                }
                default -> throw new AssertionError("code " + code);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        // read, unshare, keyctl, mknod, io_uring_setup, clone3, mount_setattr, x32's read;
        // setpriority, sched_setaffinity, sched_setattr, sched_getaffinity
        "0, allow", "272, eperm", "250, eperm", "133, eperm", "425, enosys", "435, enosys",
        "442, eperm", "134, eperm", "202, allow", "257, allow", "59, allow", "1073741824, enosys",
        "141, eperm", "203, eperm", "314, eperm", "204, allow",
    })
    void callsAreJudgedByNumber(int number, String expected) {
        int verdict =
                switch (expected) {
                    case "allow" -> ALLOW;
                    case "eperm" -> EPERM;
                    default -> ENOSYS;
                };
        assertThat(verdict("amd64", 0xc000003e, number)).isEqualTo(verdict);
    }

    @Test
    void noCallThatIsNamedIsSkipped() {
        assertThat(refused("amd64", 0xc000003e, EPERM))
                .hasSize(49 + 8 + 1)
                .contains(101, 165, 321, 442);
        assertThat(refused("aarch64", 0xc00000b7, EPERM))
                .hasSize(44 + 8 + 1)
                .contains(18, 39, 294, 442);
        for (Map.Entry<String, Integer> machine :
                Map.of("amd64", 0xc000003e, "aarch64", 0xc00000b7).entrySet()) {
            assertThat(refused(machine.getKey(), machine.getValue(), ENOSYS))
                    .containsExactly(425, 426, 427, 435);
        }
    }

    /** With arguments of zero, with which only a socket of no family is refused besides. */
    private static List<Integer> refused(String machine, int audit, int how) {
        return IntStream.range(0, 1024)
                .filter(number -> verdict(machine, audit, number, 0, 0, 0, 0) == how)
                .boxed()
                .toList();
    }

    @Test
    void someCallsAreJudgedByTheirArguments() {
        int audit = 0xc000003e;
        assertThat(verdict("amd64", audit, 56, 0x00010f00)).isEqualTo(ALLOW);
        assertThat(verdict("amd64", audit, 56, 0x10000000)).isEqualTo(EPERM);
        assertThat(verdict("amd64", audit, 302, 0, 7)).isEqualTo(ALLOW);
        for (long other : List.of(1L, 4194304L, -1L)) {
            assertThat(verdict("amd64", audit, 302, other, 7)).isEqualTo(EPERM);
        }
        assertThat(verdict("amd64", audit, 16, 1, 0x5401)).isEqualTo(ALLOW);
        assertThat(verdict("amd64", audit, 16, 1, 0x5412)).isEqualTo(EPERM);
        assertThat(verdict("amd64", audit, 16, 1, 0x541c)).isEqualTo(EPERM);
        for (long family : List.of(1L, 2L, 10L, 16L)) {
            assertThat(verdict("amd64", audit, 41, family)).isEqualTo(ALLOW);
        }
        for (long family : List.of(17L, 38L, 40L)) {
            assertThat(verdict("amd64", audit, 41, family)).isEqualTo(EPERM);
        }
        for (long protocol : List.of(0L, 6L, 17L, 58L)) {
            assertThat(verdict("amd64", audit, 41, 2, 1, protocol)).isEqualTo(ALLOW);
        }
        // SCTP, SMC, MPTCP
        for (long protocol : List.of(132L, 256L, 262L)) {
            assertThat(verdict("amd64", audit, 41, 2, 1, protocol)).isEqualTo(EPERM);
        }
        int fastOpen = 0x20000000;
        for (int send : List.of(44, 307)) {
            assertThat(verdict("amd64", audit, send, 3, 0, 0, 0x4000)).isEqualTo(ALLOW);
            assertThat(verdict("amd64", audit, send, 3, 0, 0, fastOpen)).isEqualTo(EPERM);
        }
        assertThat(verdict("amd64", audit, 46, 3, 0, 0x4000)).isEqualTo(ALLOW);
        assertThat(verdict("amd64", audit, 46, 3, 0, fastOpen)).isEqualTo(EPERM);
    }

    @Test
    void theOtherMachineHasItsOwnNumbers() {
        int audit = 0xc00000b7;
        assertThat(verdict("aarch64", audit, 97)).isEqualTo(EPERM);
        assertThat(verdict("aarch64", audit, 63)).isEqualTo(ALLOW);
        assertThat(verdict("aarch64", audit, 261, 0, 7)).isEqualTo(ALLOW);
        assertThat(verdict("aarch64", audit, 261, 1, 7)).isEqualTo(EPERM);
        assertThat(verdict("aarch64", audit, 122)).isEqualTo(EPERM);
        assertThat(verdict("aarch64", audit, 220, 0x20000000)).isEqualTo(EPERM);
        assertThat(verdict("aarch64", audit, 198, 40)).isEqualTo(EPERM);
        assertThat(verdict("aarch64", audit, 198, 1)).isEqualTo(ALLOW);
    }

    @Test
    void callsByAnotherAbiEndTheProgram() {
        assertThat(verdict("amd64", 0x40000003, 1)).isEqualTo(KILL);
        assertThatIllegalStateException().isThrownBy(() -> SeccompFilter.forMachine("riscv64"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 000001ffffffffff, ROOT",
        "0, 00000000000000c0, BOUNDED_ROOT",
        "1000, 0000000000000000, USER",
    })
    void whatTheWorkerMayDoDecidesHow(int uid, String capabilities, Privilege expected) {
        String status =
                "Name:\tjava\nUid:\t%d\t%d\t%d\t%d\nCapEff:\t%s\n"
                        .formatted(uid, uid, uid, uid, capabilities);

        assertThat(Privilege.of(status)).isEqualTo(expected);
    }

    @Test
    void aSlotHasAControlGroupOfEitherVersion() throws Exception {
        Path second = Files.createDirectory(directory.resolve("v2"));
        Files.createFile(second.resolve("cgroup.subtree_control"));
        String group = "leasehold-" + ProcessHandle.current().pid() + "-3";
        Path knobs = Files.createDirectory(second.resolve(group));
        Files.createFile(knobs.resolve("memory.max"));
        Files.createFile(knobs.resolve("pids.max"));
        Files.createFile(knobs.resolve("cpu.max"));
        Path first = Files.createDirectories(directory.resolve("v1/" + group));
        Files.createFile(first.resolve("cpu.cfs_period_us"));
        Files.createFile(first.resolve("cpu.cfs_quota_us"));

        List<Path> procs =
                new Cgroups(List.of(second, first.getParent()), 1 << 30, 256, 1.5).enter(3);

        assertThat(procs)
                .containsExactly(knobs.resolve("cgroup.procs"), first.resolve("cgroup.procs"));
        assertThat(knobs.resolve("memory.max")).hasContent("1073741824");
        assertThat(knobs.resolve("pids.max")).hasContent("256");
        assertThat(knobs.resolve("cpu.max")).hasContent("150000 100000");
        assertThat(first.resolve("cpu.cfs_period_us")).hasContent("100000");
        assertThat(first.resolve("cpu.cfs_quota_us")).hasContent("150000");
        // What was written last.
        assertThat(second.resolve("cgroup.subtree_control")).hasContent("+cpu");
    }

    @ParameterizedTest
    @ValueSource(strings = {"link", "dir"})
    void whatATenantLeftIsRemovedWithoutFollowingIt(String kind) throws Exception {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Path precious = Files.writeString(outside.resolve("precious"), "x");
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Files.createSymbolicLink(tree.resolve(kind), kind.equals("link") ? precious : outside);

        Ownership.remove(tree);
        Ownership.remove(tree);

        assertThat(tree).doesNotExist();
        assertThat(precious).hasContent("x");
    }
}
