package io.leasehold.provisioner.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.leasehold.provisioner.workshop.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The probe names the defence that is left out of the line, each in turn. */
@Timeout(60)
class SandboxProbeIT {

    /** On x86_64 and on aarch64. */
    private static final Set<Integer> PRLIMIT = Set.of(302, 261);

    private static final Set<Integer> UNSHARE = Set.of(272, 97);

    @TempDir Path directory;

    @BeforeEach
    void open() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @ParameterizedTest
    @CsvSource({
        "cleared-environment, the worker's environment can be read",
        "own-user, programs run as root of the host",
        "own-root, files of the host can be read",
        "read-only, what is read-only in the sandbox can be written to",
        "sized-memory-files, file systems in memory have no size",
        "limit-fsize, the limit fsize is not in place",
        "limit-nproc, the limit nproc is not in place",
        "limit-nofile, the limit nofile is not in place",
        "limit-core, the limit core is not in place",
        "limit-as, the limit as is not in place",
        "own-network, programs share the net namespace of the host",
        "closed-network, the network is open outside the doors",
        "own-processes, programs share the pid namespace of the host",
        "own-ipc, programs share the ipc namespace of the host",
        "own-host-name, programs share the uts namespace of the host",
        "filter, the system call filter is not in place",
        "no-terminals, terminals can be had",
        "no-capabilities, programs have capabilities",
        "own-user-namespace, programs share the user namespace of the host",
        "filter={unshare} no-nested-namespaces, user namespaces can be made in the sandbox",
        "no-new-privileges, programs can gain privileges",
        "limit-memlock, the limit memlock is not in place",
        "limit-msgqueue, the limit msgqueue is not in place",
        "results, results cannot be written",
        "names-of-doors, the door does not answer names",
        "way-of-doors, the door does not carry connections",
    })
    void aDefenceThatIsLeftOutIsNamed(String defence, String part) throws Exception {
        assumeTrue(Rights.root(), "defences are left out where the worker is root");
        Path unshare = directory.resolve("unshare.bpf");
        Files.write(unshare, filterThatForgets(UNSHARE));

        ProbeResult result =
                new Weakened(directory, defence.replace("{unshare}", unshare.toString())).probe();

        assertThat(result)
                .isInstanceOfSatisfying(
                        ProbeResult.Failed.class,
                        failed -> assertThat(failed.part()).isEqualTo(part));
        // What fails is not tried again with less, unless that is why it failed.
        assertThat(Weakened.startsOf(directory))
                .isBetween(1, Rights.namespacesCanBeLimited() ? 1 : 2);
    }

    /** As in a container whose /proc/sys is read-only. */
    @Test
    void aLimitThatCannotBeSetIsDoneWithoutAndSaid() throws Exception {
        assumeTrue(Rights.root(), "defences are left out where the worker is root");
        Weakened sandbox = new Weakened(directory, "settable-limits");

        for (int starts : List.of(2, 3)) {
            assertThat(sandbox.probe())
                    .isInstanceOfSatisfying(
                            ProbeResult.Ok.class,
                            ok ->
                                    assertThat(ok.without())
                                            .singleElement()
                                            .satisfies(lack ->
                                                    assertThat(lack.part())
                                                            .contains("nested user namespaces")));
            assertThat(Weakened.startsOf(directory)).isEqualTo(starts);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--bare, the worker's environment can be read",
        "--read=/, files of the host can be read",
        "--read=/etc, files of the host can be read",
        "--read=/tmp, files of the host can be read",
        "--write={directory}, files of others can be written to",
        "--seccomp={all}, the system call filter is not in place",
        "--seccomp={limits}, the worker's limits can be changed",
        "limit-nofile, the limit nofile is not in place",
        "limit-as, the limit as is not in place",
    })
    void whatLandlockLetsThroughIsNamed(String option, String part) throws Exception {
        Path all = directory.resolve("all.bpf");
        Files.write(
                all,
                ByteBuffer.allocate(8)
                        .order(ByteOrder.nativeOrder())
                        .putShort((short) 6)
                        .putInt(4, 0x7fff0000)
                        .array());
        Path limits = Files.write(directory.resolve("limits.bpf"), filterThatForgets(PRLIMIT));
        String words =
                option.replace("{directory}", directory.toString())
                        .replace("{limits}", limits.toString())
                        .replace("{all}", all.toString());
        InPlaceSandbox sandbox =
                new InPlaceSandbox(
                        Attempts.config(directory, weakened(words, Attempts.of(Tier.LANDLOCK))),
                        Attempts.connector(InetAddress::getAllByName));

        assertThat(sandbox.probe(Tools.door()))
                .isInstanceOfSatisfying(
                        ProbeResult.Failed.class,
                        failed -> assertThat(failed.part()).isEqualTo(part));
    }

    @Test
    void aControlGroupThatLimitsNothingIsNamed() throws Exception {
        Path group = Files.createDirectory(directory.resolve("group"));
        Cgroups cgroups = new Cgroups(List.of(group), 1 << 30, 256, 2);
        cgroups.enter(0);
        Path slot = group.resolve("leasehold-" + ProcessHandle.current().pid() + "-0");

        assertThat(cgroups.missing()).hasValue("no control group limits memory.max");
        Files.writeString(slot.resolve("memory.max"), "1073741824\n");
        assertThat(cgroups.missing()).hasValue("no control group limits pids.max");
        Files.writeString(slot.resolve("pids.max"), "256\n");
        assertThat(cgroups.missing()).isEmpty();
        Files.writeString(slot.resolve("memory.peak"), "0\n");
        assertThat(cgroups.missing())
                .hasValue("programs do not run in the control groups that were made for them");
        Files.writeString(slot.resolve("memory.peak"), "4096\n");
        assertThat(cgroups.missing()).isEmpty();
    }

    /** The filter, with a number that no call has where it asks for that call's. */
    private static byte[] filterThatForgets(Set<Integer> call) {
        byte[] filter = SeccompFilter.forMachine(System.getProperty("os.arch"));
        ByteBuffer program = ByteBuffer.wrap(filter).order(ByteOrder.nativeOrder());
        for (int at = 0; at < filter.length; at += 8) {
            if (program.getShort(at) == 0x15 && call.contains(program.getInt(at + 4))) {
                program.putInt(at + 4, -1);
            }
        }
        return filter;
    }

    private Map<String, String> weakened(String words, Map<String, String> settings)
            throws IOException {
        Map<String, String> all = new HashMap<>(settings);
        all.putAll(Weakened.door(directory, words));
        return all;
    }
}
