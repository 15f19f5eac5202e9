package io.leasehold.chaos;

import io.leasehold.testsupport.HouseRules;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class HouseRulesTest {
    @Test
    void theModuleKeepsTheRulesOfTheHouse() throws IOException {
        HouseRules.check("io.leasehold.chaos");
    }
}
