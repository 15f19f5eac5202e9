package io.leasehold.state.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.state.TestTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensFileTest {
    @TempDir Path folder;

    private record Config(Optional<Path> tokensFile) implements AccessConfig {
        @Override
        public Duration lookAgain() {
            return Duration.ofSeconds(2);
        }
    }

    @Test
    void withoutAFileNothingStarts() {
        assertThatThrownBy(() -> new TokensFile(new Config(Optional.empty())).begin())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("leasehold.access.tokens-file is not set");
        assertThatThrownBy(() ->
                        new TokensFile(new Config(Optional.of(folder.resolve("none")))).begin())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void aChangedFileCountsAtTheNextLook() throws IOException {
        Path file = folder.resolve("tokens");
        Files.writeString(file, TestTokens.line(TestTokens.WORKER));
        TokensFile tokens = new TokensFile(new Config(Optional.of(file)));
        tokens.begin();

        Files.writeString(
                file,
                TestTokens.line(TestTokens.VIEWER) + "\n" + TestTokens.line(TestTokens.INTAKE));
        tokens.lookAgain();

        assertThat(tokens.find(TestTokens.WORKER)).isEmpty();
        assertThat(tokens.find(TestTokens.VIEWER)).isPresent();
    }

    @Test
    void aChangeThatCannotBeReadChangesNothing() throws IOException {
        Path file = folder.resolve("tokens");
        Files.writeString(file, TestTokens.line(TestTokens.WORKER));
        TokensFile tokens = new TokensFile(new Config(Optional.of(file)));
        tokens.begin();

        Files.writeString(file, TestTokens.line(TestTokens.VIEWER) + "\nnonsense");
        tokens.lookAgain();
        assertThat(tokens.find(TestTokens.WORKER)).isPresent();
        assertThat(tokens.find(TestTokens.VIEWER)).isEmpty();

        Files.delete(file);
        tokens.lookAgain();
        assertThat(tokens.find(TestTokens.WORKER)).isPresent();
    }
}
