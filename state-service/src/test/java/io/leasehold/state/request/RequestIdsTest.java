package io.leasehold.state.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdsTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "0198c1d2-7e4b-7c11-8f00-0242ac120002", "web:req.7_x-Y"})
    void whatMayStandInALogIsTaken(String id) {
        assertThat(RequestIds.isSane(id)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\nb", "-a", "a=b", "ä", "\u0000", "'; drop", "<x>"})
    void whatCouldForgeALineIsNot(String id) {
        assertThat(RequestIds.isSane(id)).isFalse();
    }

    @Test
    void aLongOneIsNot() {
        assertThat(RequestIds.isSane("a".repeat(100))).isTrue();
        assertThat(RequestIds.isSane("a".repeat(101))).isFalse();
        assertThat(RequestIds.isSane(null)).isFalse();
    }
}
