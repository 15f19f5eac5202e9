package io.leasehold.it.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.it.deployment.MappingSources.Mapping;
import io.leasehold.it.deployment.MappingSources.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsPageTest {

    @Test
    void the_page_of_settings_is_what_the_sources_say() throws IOException {
        String page = SettingsPage.render();
        if (Boolean.getBoolean("leasehold.write-docs")) {
            Files.writeString(Checkout.file(SettingsPage.FILE), page);
        }

        assertThat(Checkout.text(SettingsPage.FILE))
                .as(
                        "%s is stale; run this test with -Dleasehold.write-docs=true",
                        SettingsPage.FILE)
                .isEqualTo(page);
    }

    @ParameterizedTest
    @CsvSource({"state-service, io.leasehold.state", "provisioner, io.leasehold.provisioner"})
    void the_sources_name_the_settings_that_the_compiled_mappings_have(
            String module, String rootPackage) throws IOException {
        List<String> written =
                MappingSources.of(module).stream()
                        .map(Mapping::settings)
                        .flatMap(List::stream)
                        .map(Setting::name)
                        .toList();

        assertThat(written)
                .containsExactlyInAnyOrderElementsOf(
                        ServiceSettings.of(module, rootPackage).mapped());
    }
}
