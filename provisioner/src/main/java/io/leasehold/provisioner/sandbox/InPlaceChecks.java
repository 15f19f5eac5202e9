package io.leasehold.provisioner.sandbox;

import static io.leasehold.provisioner.sandbox.ProbeList.Check.always;
import static io.leasehold.provisioner.sandbox.ProbeList.Check.never;

import io.leasehold.provisioner.door.DoorRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What must hold where programs have no namespaces. */
final class InPlaceChecks implements ProbeList {

    private final SandboxConfig config;
    private final Layout layout;
    private final Cgroups cgroups;

    InPlaceChecks(SandboxConfig config, Layout layout, Cgroups cgroups) {
        this.config = config;
        this.layout = layout;
        this.cgroups = cgroups;
    }

    @Override
    public Optional<ProbeResult> missing() {
        if (config.tier() != Tier.NONE) {
            return Optional.empty();
        }
        if (!config.noneIsUnderstood()) {
            return Optional.of(
                    new ProbeResult.Failed(
                            "leasehold.sandbox.tier is none: nothing would be kept from a run",
                            "set another tier, or leasehold.sandbox.none-is-understood=true for one"
                                    + " tenant that is trusted with all that this worker has"));
        }
        if (config.noneTenant().isEmpty()) {
            return Optional.of(
                    new ProbeResult.Failed(
                            "leasehold.sandbox.tier is none, and no tenant is named",
                            "set leasehold.sandbox.none-tenant: without a sandbox a worker runs one"
                                    + " tenant only"));
        }
        return Optional.empty();
    }

    @Override
    public List<Check> checks(Bait bait) {
        List<Check> checks = new ArrayList<>();
        if (config.tier() == Tier.LANDLOCK) {
            checks.addAll(CommonChecks.ofProcess(ResourceLimits.of(config)));
            checks.add(never("read=" + bait.canary(), CommonChecks.FILES));
            String written = "files of others can be written to";
            checks.add(never("write=" + config.directory().resolve("probe"), written));
            checks.add(never("write=" + layout.of("/probe"), written));
            checks.add(
                    never(
                            "write=" + layout.given(bait.given(), "/probe-given") + "/probe",
                            written));
            checks.add(
                    never(
                            "signal=" + ProcessHandle.current().pid(),
                            "the worker can be signalled"));
            checks.add(
                    never(
                            "limits=" + ProcessHandle.current().pid(),
                            "the worker's limits can be changed"));
            String network = "TCP ports can be used that are not allowed";
            checks.add(never("dial=127.0.0.1:" + bait.port(), network));
            checks.add(never("listen=127.0.0.1:0", network));
            checks.add(
                    always("tunnel=" + DOOR_NAME + ":443", "the door does not carry connections"));
        }
        checks.add(
                always("write=" + layout.of("/probe-shared/owner"), "results cannot be written"));
        return checks;
    }

    @Override
    public DoorRule door(int port) {
        return new DoorRule(DOOR_NAME, 443, Optional.of("127.0.0.1:" + port));
    }

    @Override
    public Optional<ProbeResult> afterwards(Bait bait) throws IOException {
        return cgroups.missing()
                .map(part ->
                        new ProbeResult.Failed(
                                part, "see leasehold.sandbox.cgroups, or leave it out"));
    }

    @Override
    public Optional<ProbeResult.Lack> without() throws IOException {
        return cgroups.lack();
    }
}
