package io.leasehold.state.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoomTest {
    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "-       | - -         | yes yes",
                "a=2     | a a a       | yes yes no",
                "a=0     | a - a       | no yes no",
                "a=-3    | a           | no",
                "a=1     | b a b a     | yes yes yes no",
                "a=2 b=1 | a,b a,b a a | yes no yes no",
                "a=1 b=1 | a,b b a     | yes no no",
                "a=1 b=0 | a,b a b     | no yes no",
            })
    void eachCapLetsAsManyBeginAsItHasRoomForAndWhoMayNotTakesNoRoom(
            String left, String asked, String taken) {
        Room room = new Room(parsed(left));
        List<Boolean> answers =
                Arrays.stream(asked.split(" "))
                        .map(caps -> room.takes(caps.replace("-", "")))
                        .toList();
        assertThat(answers).isEqualTo(Arrays.stream(taken.split(" ")).map("yes"::equals).toList());
    }

    private static Map<String, Long> parsed(String left) {
        return Arrays.stream(left.split(" "))
                .filter(each -> !each.equals("-"))
                .map(each -> each.split("="))
                .collect(
                        Collectors.toMap(
                                each -> each[0],
                                each -> Long.valueOf(each[1]),
                                (a, _) -> a,
                                HashMap::new));
    }
}
