package io.leasehold.faults;

import io.leasehold.testsupport.HouseRules;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class HouseRulesTest {
    @Test
    void the_module_keeps_the_rules_of_the_house() throws IOException {
        HouseRules.check("io.leasehold.faults");
    }
}
