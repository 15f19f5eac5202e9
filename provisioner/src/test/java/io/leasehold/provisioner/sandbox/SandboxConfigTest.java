package io.leasehold.provisioner.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.leasehold.provisioner.door.DoorConfig;
import io.leasehold.provisioner.module.ModuleConfig;
import io.leasehold.provisioner.stateproxy.SpoolConfig;
import io.leasehold.provisioner.tofu.TofuConfig;
import io.leasehold.provisioner.workshop.Settings;
import io.smallrye.config.ConfigValidationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Settings of what executes a run: defaults, and what is not taken. */
class SandboxConfigTest {

    @Test
    void theSandboxHasDefaultsForAllButTheDoor() {
        SandboxConfig config =
                Settings.of(SandboxConfig.class, Map.of("leasehold.sandbox.door-binary", "/d"));

        assertThat(config.doorBinary()).isEqualTo(Path.of("/d"));
        assertThat(config.slots()).isEqualTo(8);
        assertThat(config.firstUser()).isEqualTo(64000);
        assertThat(config.hostUsr()).isFalse();
        assertThat(config.servicePort()).isEqualTo(7448);
        assertThat(config.tmpSize().asLongValue()).isEqualTo(128L << 20);
        assertThat(config.fileSize().asLongValue()).isEqualTo(256L << 20);
        assertThat(config.cgroups()).isEmpty();
        assertThat(config.cpus()).isEqualTo(2);
        assertThat(config.directory().toString()).endsWith("/leasehold-sandbox");
    }

    @Test
    void theOthersHaveThem() {
        assertThat(Settings.of(DoorConfig.class, Map.of()).connectTimeout())
                .isEqualTo(Duration.ofSeconds(10));
        assertThat(Settings.of(DoorConfig.class, Map.of()).forbidden()).isEmpty();
        assertThat(Settings.of(SpoolConfig.class, Map.of()).keyFile()).isEmpty();
        assertThat(Settings.of(ModuleConfig.class, Map.of()).entries()).isEqualTo(2000);
        TofuConfig tofu =
                Settings.of(
                        TofuConfig.class,
                        Map.of("leasehold.tofu.binary", "/t", "leasehold.tofu.providers", "/p"));
        assertThat(tofu.gogc()).isEqualTo("400");
        assertThat(tofu.logLines()).isEqualTo(5000);
    }

    @Test
    void whatIsMissingOrUnknownIsNamed() {
        assertThatExceptionOfType(ConfigValidationException.class)
                .isThrownBy(() -> Settings.of(SandboxConfig.class, Map.of()))
                .withMessageContaining("leasehold.sandbox.door-binary");
        assertThatExceptionOfType(ConfigValidationException.class)
                .isThrownBy(() ->
                        Settings.of(
                                SandboxConfig.class,
                                Map.of(
                                        "leasehold.sandbox.door-binary", "/d",
                                        "leasehold.sandbox.slotz", "3")))
                .withMessageContaining("slotz");
    }
}
