package io.leasehold.provisioner.sandbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.provisioner.sandbox.RunSpec.Mount;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Prints the command line by which a worker with the usual settings starts a program in a sandbox:
 * for whoever wants to start one by hand, or to measure what that costs. Nothing answers its doors.
 */
public final class LaunchLine {

    private static final Duration ANY = Duration.ofHours(1);

    private LaunchLine() {}

    /**
     * Prints a JSON array. The first word behind {@code --parent} is this process: whoever starts
     * the line puts itself there.
     *
     * @param args the door program, a directory for the sandbox, {@code HOST=INSIDE} for each file
     *     or directory to be seen, {@code --}, and the program with its arguments; it starts in
     *     {@code /work}
     */
    public static void main(String[] args) throws IOException {
        int split = Arrays.asList(args).indexOf("--");
        SandboxConfig config =
                new SmallRyeConfigBuilder()
                        .withConverter(MemorySize.class, 200, new MemorySizeConverter())
                        .withMapping(SandboxConfig.class)
                        .addDefaultInterceptors()
                        .addSystemSources()
                        .withDefaultValues(
                                Map.of(
                                        "leasehold.sandbox.door-binary", args[0],
                                        "leasehold.sandbox.directory", args[1]))
                        .build()
                        .getConfigMapping(SandboxConfig.class);
        List<Mount> files = new ArrayList<>();
        for (String mount : Arrays.asList(args).subList(2, split)) {
            int at = mount.lastIndexOf('=');
            files.add(new Mount.ReadOnly(Path.of(mount.substring(0, at)), mount.substring(at + 1)));
        }
        List<String> argv = Arrays.asList(args).subList(split + 1, args.length);
        System.out.println(new ObjectMapper().writeValueAsString(line(config, files, argv)));
    }

    private static List<String> line(SandboxConfig config, List<Mount> files, List<String> argv)
            throws IOException {
        HostTools tools =
                switch (HostTools.find()) {
                    case HostTools.Search.Found(HostTools found) -> found;
                    case HostTools.Search.Missing(String program, String aptPackage) ->
                            throw new IOException(program + " is missing; install " + aptPackage);
                };
        Privilege privilege = Privilege.current();
        SandboxRoot root = SandboxRoot.make(config);
        RunSpec spec =
                new RunSpec(
                        "launch",
                        new RunSpec.Program(argv, Map.of(), "/work"),
                        files,
                        RunSpec.Network.NONE,
                        new RunSpec.Limits(ANY, ANY),
                        new RunSpec.Stop(Duration.ZERO, () -> () -> false));
        OptionalInt user =
                privilege.slotUsers() ? OptionalInt.of(config.firstUser()) : OptionalInt.empty();
        RunDirectory directory = RunDirectory.make(root.runs(), spec, user);
        return new SandboxLine(config, tools, privilege, root, true)
                .of(
                        spec,
                        new SandboxLine.Place(
                                0,
                                directory,
                                root.sockets().resolve("launch"),
                                Cgroups.of(config).enter(0)));
    }
}
