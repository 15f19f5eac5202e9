package io.leasehold.testsupport;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HouseRulesTest {
    /** The modules that this one stands on cannot call it. */
    @ParameterizedTest
    @CsvSource({
        "io.leasehold.events, ../events",
        "io.leasehold.ledger.api, ../ledger-api",
        "io.leasehold.embedded, ../embedded"
    })
    void the_modules_beneath_keep_the_rules_of_the_house(String root, Path module)
            throws IOException {
        HouseRules.check(root, module.resolve("src/main/java"));
    }

    @Test
    void the_module_keeps_the_rules_of_the_house() throws IOException {
        HouseRules.check("io.leasehold.testsupport");
    }
}
