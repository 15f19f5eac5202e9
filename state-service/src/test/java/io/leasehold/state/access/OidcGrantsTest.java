package io.leasehold.state.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OidcGrantsTest {
    /** What the settings say. */
    private record Config(
            String rolesClaim,
            Optional<List<String>> operators,
            Optional<List<String>> viewers,
            Optional<List<String>> stateUsers)
            implements OidcConfig {
        @Override
        public boolean enabled() {
            return true;
        }

        @Override
        public Optional<String> url() {
            return Optional.empty();
        }

        @Override
        public Optional<String> publicKey() {
            return Optional.empty();
        }

        @Override
        public Optional<String> issuer() {
            return Optional.empty();
        }

        @Override
        public Optional<String> audience() {
            return Optional.empty();
        }

        @Override
        public Optional<List<String>> approvers() {
            return Optional.empty();
        }
    }

    private static Config config(String claim) {
        return new Config(
                claim,
                Optional.of(List.of("platform")),
                Optional.of(List.of("everyone", "acme tenant=acme*")),
                Optional.of(List.of("acme state=acme/1/*")));
    }

    @Test
    void eachTextGivesItsRolesWithTheirLimits() throws JsonProcessingException {
        assertThat(names("groups", "{\"groups\":[\"platform\"]}"))
                .containsExactlyInAnyOrder("operator", "viewer");
        assertThat(names("groups", "{\"groups\":[\"acme\",\"strangers\"]}"))
                .containsExactlyInAnyOrder("viewer tenant=acme*", "state state=acme/1/*");
        assertThat(names("groups", "{\"groups\":\"everyone\"}")).containsExactly("viewer");
        assertThat(names("realm/roles", "{\"realm\":{\"roles\":[\"platform\"]}}"))
                .contains("operator");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"groups\":null}",
                "{\"groups\":7}",
                "{\"groups\":{\"platform\":true}}",
                "{\"groups\":[[\"platform\"]]}",
                "{\"groups\":[\"operator\"]}",
                "{\"groups\":[\"Platform\"]}",
                "{\"groups\":[\"platform everyone\"]}",
                "{\"roles\":[\"platform\"]}"
            })
    void whatIsNotThatClaimGivesNothing(String claims) throws JsonProcessingException {
        assertThat(names("groups", claims)).isEmpty();
    }

    @Test
    void aLimitThatIsNotOneIsRefusedByTheNameOfItsSetting() {
        Config wrong =
                new Config(
                        "groups", Optional.empty(), Optional.empty(), Optional.of(List.of("acme")));

        assertThatThrownBy(() -> OidcGrants.of(wrong))
                .hasMessageContaining("leasehold.oidc.state-users: entry acme must say which");
    }

    @Test
    void whatATokenIsHeldAgainstMustBeKnownOrNothingStarts() {
        assertThatThrownBy(() -> new OidcPeople(config("groups"), new ObjectMapper()).begin())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("leasehold.oidc.issuer is not set");
    }

    private static List<String> names(String claim, String claims) throws JsonProcessingException {
        return OidcGrants.of(config(claim)).of(new ObjectMapper().readTree(claims)).all().stream()
                .map(Grant::toString)
                .toList();
    }
}
