package io.leasehold.provisioner.tofu;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets in the forms in which they turn up. */
class MaskerTest {

    private static final String SECRET = "p\"ss/w?rd<&>+1";

    private final Masker masker = new Masker(List.of(new Secret(SECRET), new Secret("short")));

    @Test
    void aSecretIsTakenOutInEveryForm() {
        byte[] bytes = SECRET.getBytes(StandardCharsets.UTF_8);
        for (String form :
                List.of(
                        SECRET,
                        "p\\\"ss/w?rd<&>+1",
                        "p\\\"ss/w?rd\\u003c\\u0026\\u003e+1",
                        Base64.getEncoder().encodeToString(bytes),
                        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
                        URLEncoder.encode(SECRET, StandardCharsets.UTF_8))) {
            assertThat(masker.mask("a " + form + " b")).as(form).isEqualTo("a (hidden) b");
        }
    }

    @Test
    void aBlankIsAPlusInAQueryAndNotInAPath() {
        Masker blank = new Masker(List.of(new Secret("open se?ame")));

        assertThat(blank.mask("?p=open+se%3Fame")).isEqualTo("?p=(hidden)");
        assertThat(blank.mask("/open%20se%3Fame")).isEqualTo("/(hidden)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "u", "us", "use", "user:"})
    void aSecretWithinWhatIsEncodedIsTakenOutWhereverItBegins(String before) {
        for (String after : List.of("", "a", "an", "and", "and more")) {
            byte[] all = (before + SECRET + after).getBytes(StandardCharsets.UTF_8);
            for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
                String encoded = encoder.encodeToString(all);
                String shown = masker.mask(encoded).replace("(hidden)", "");

                // What is left are digits of what stands around it, or shared with that.
                assertThat(shown.length())
                        .as("%s of %s", masker.mask(encoded), encoded)
                        .isLessThanOrEqualTo(4 * (before.length() + after.length()) / 3 + 6);
                assertThat(masker.mask(encoded)).contains("(hidden)");
            }
        }
    }

    @Test
    void wordsStay() {
        assertThat(masker.mask("in short, nothing")).isEqualTo("in short, nothing");
    }

    @Test
    void aLongerSecretIsNotLeftHalf() {
        Masker two = new Masker(List.of(new Secret("secret"), new Secret("secret-and-more")));

        assertThat(two.mask("secret-and-more")).isEqualTo("(hidden)");
    }

    @Test
    void whatIsLearntWhileARunGoesOnIsTakenOutToo() {
        Masker learning = new Masker(List.of(new Secret("secret")));
        assertThat(learning.mask("made-in-the-run")).isEqualTo("made-in-the-run");

        assertThat(learning.learn(List.of(new Secret("made-in-the-run")))).isTrue();

        assertThat(learning.mask("made-in-the-run, secret")).isEqualTo("(hidden), (hidden)");
    }

    @Test
    void moreThanCanBeLookedForIsTold() {
        List<Secret> many =
                IntStream.range(0, 1_001).mapToObj(i -> new Secret("secret-" + i)).toList();
        Masker full = new Masker(List.of());

        assertThat(full.learn(many)).isFalse();
        assertThat(full.learn(many.subList(0, 1_000))).as("known already").isTrue();
        assertThat(full.mask("secret-999")).isEqualTo("(hidden)");
    }

    @Test
    void aSecretNeverPrintsItself() {
        assertThat(new Secret(SECRET)).hasToString("Secret[hidden]");
    }

    private static List<String> pieces(Masker masker, String... pieces) {
        List<String> shown = new ArrayList<>();
        Masker.@Nullable End before = null;
        for (String piece : pieces) {
            Masker.Piece masked = masker.maskPiece(before, piece);
            shown.add(masked.shown());
            before = masked.end();
        }
        return shown;
    }

    @Test
    void aSecretIsTakenOutOfPiecesWhereverTheyAreCut() {
        for (int cut = 1; cut < SECRET.length(); cut++) {
            List<String> shown =
                    pieces(masker, "is " + SECRET.substring(0, cut), SECRET.substring(cut) + ".");

            assertThat(shown)
                    .as("cut at %d", cut)
                    .containsExactly(
                            cut < 4 ? "is " + SECRET.substring(0, cut) : "is (hidden)",
                            "(hidden).");
        }
    }

    @Test
    void beginningsOfWordsStay() {
        assertThat(pieces(masker, SECRET.substring(0, 3), "t", "", "of", "all"))
                .containsExactly(SECRET.substring(0, 3), "t", "", "of", "all");
    }

    /** tofu takes white space off the end of what it gives on. */
    @Test
    void whiteSpaceWhereATextIsCutOrWrappedHidesNoSecret() {
        Masker blank = new Masker(List.of(new Secret("open se?ame now")));

        assertThat(pieces(blank, "open", "se?ame now")).containsExactly("(hidden)", "(hidden)");
        assertThat(blank.mask("it is open se?ame\n  now.")).isEqualTo("it is (hidden).");
        String encoded =
                Base64.getMimeEncoder(8, new byte[] {'\n'})
                        .encodeToString("open se?ame now".getBytes(StandardCharsets.UTF_8));
        assertThat(encoded.lines()).hasSize(3);
        assertThat(pieces(blank, encoded.lines().toArray(String[]::new))).containsOnly("(hidden)");
    }

    @Test
    void secretsThatBeginWithinAndContainEachOtherAreTakenOutOfPieces() {
        Masker two = new Masker(List.of(new Secret("secret"), new Secret("secret-and-more")));
        assertThat(pieces(two, "secret-a", "nd-more.")).containsExactly("(hidden)", "(hidden).");
        assertThat(pieces(two, "secret", "-and-more.")).containsExactly("(hidden)", "(hidden).");
        assertThat(pieces(two, "secret", ".")).containsExactly("(hidden)", ".");

        Masker inner =
                new Masker(List.of(new Secret("abcdef-SECRET7-tail"), new Secret("SECRET7")));
        assertThat(pieces(inner, "abcdef-", "SECRET7-tail")).containsOnly("(hidden)");
        assertThat(inner.mask("abcdef-SECRET7-tai")).isEqualTo("abcdef-(hidden)-tai");
        Masker chain = new Masker(List.of(new Secret("one-two"), new Secret("two-three")));
        assertThat(chain.mask("a one-two-three b")).isEqualTo("a (hidden) b");
    }

    /** A module makes the values and the text: neither decides how long looking takes. */
    @Test
    @Timeout(20)
    void valuesThatAreAlikeAreLookedForInOnePass() {
        List<Secret> alike =
                IntStream.range(0, 30).mapToObj(i -> new Secret("a".repeat(4_000) + i)).toList();
        Masker slow = new Masker(List.of());
        slow.learn(alike);

        String text = "a".repeat(1_000_000);
        for (int i = 0; i < 10; i++) {
            assertThat(slow.mask(text)).hasSize(1_000_000);
            Masker.End before = slow.maskPiece(null, "a".repeat(3_999)).end();
            assertThat(slow.maskPiece(before, text).shown())
                    .hasSize(1_000_000 - 4_000 + "(hidden)".length());
        }
        assertThat(slow.mask(text + "29.")).hasSize(1_000_000 - 4_000 + "(hidden).".length());
    }

    @Test
    void valuesThatTakeTooMuchMemoryAreToldOf() {
        Masker full = new Masker(List.of());

        assertThat(full.learn(List.of(new Secret("x".repeat(1_000_000))))).isFalse();
        assertThat(full.learn(List.of(new Secret("secret")))).isTrue();
        assertThat(full.mask("secret")).isEqualTo("(hidden)");
    }

    @Test
    @Timeout(20)
    void valuesThatDivergeAtOnePlaceAreLookedForInOnePass() {
        List<Secret> lines =
                IntStream.range(0, 900)
                        .mapToObj(i ->
                                new Secret(
                                        "abcd%s-and more of it"
                                                .formatted(Character.toString(0x4E00 + i))))
                        .toList();
        Masker broad = new Masker();
        assertThat(broad.learn(lines)).isTrue();

        String text = "abcde".repeat(200_000);
        for (int i = 0; i < 20; i++) {
            assertThat(broad.mask(text)).isEqualTo(text);
        }
        assertThat(broad.mask("abcd\u4E07-and more of it")).isEqualTo("(hidden)");
    }

    @Test
    void whatIsLearntBetweenTwoPiecesIsTakenOutOfTheSecond() {
        Masker learning = new Masker(List.of(new Secret("secret-of-a")));
        Masker.End end = learning.maskPiece(null, "it is secret-").end();
        learning.learn(List.of(new Secret("another"), new Secret("secret-of-b")));

        assertThat(learning.maskPiece(end, "of-b.").shown()).isEqualTo("(hidden).");
    }

    @Test
    void whereNothingFollowsNothingIsHidden() {
        assertThat(pieces(masker, SECRET.substring(0, 5), "", "  ", SECRET.substring(5) + "."))
                .containsExactly("(hidden)", "", "  ", "(hidden).");
    }

    @Test
    void linesOfAValueThatHaveNothingInThemAreWords() {
        Masker file =
                new Masker(List.of(new Secret("#                #\n# -- the password: --- #")));

        assertThat(file.mask("## a title")).isEqualTo("## a title");
    }

    @Test
    void aValueThatIsTooLongKeepsNoOtherFromBeingKnown() {
        Masker full = new Masker();

        assertThat(full.learn(List.of(new Secret("x".repeat(1_000_000)), new Secret("secret"))))
                .isFalse();
        assertThat(full.mask("secret")).isEqualTo("(hidden)");
    }
}
