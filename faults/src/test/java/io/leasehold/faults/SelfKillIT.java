package io.leasehold.faults;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Processes that end themselves, woven as the agent weaves them. */
class SelfKillIT {
    private static final int KILLED = 128 + 9;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "PLANNING BEFORE 0 KILL, to PLANNING",
        "PLANNING AFTER 0 KILL, in PLANNING",
        "APPLYING BEFORE 0 KILL, to APPLYING",
        "APPLYING AFTER 0 KILL, in APPLYING",
    })
    void aProcessEndsRightBeforeAndRightAfterItsStep(String armed, String last) throws Exception {
        Ended ended = run(armed);
        assertThat(ended.code()).as("%s", ended.said()).isEqualTo(KILLED);
        assertThat(ended.said()).last().isEqualTo(last);
        assertThat(ended.said()).doesNotContain("out " + armed.split(" ")[0]);
        assertThat(Armed.struck(folder.resolve("armed"))).isTrue();
    }

    @Test
    void aStepMayBePassedBeforeItStrikes() throws Exception {
        Ended ended = run("APPLYING AFTER 1 KILL");
        assertThat(ended.code()).as("%s", ended.said()).isEqualTo(KILLED);
        assertThat(ended.said()).containsSubsequence("out APPLYING", "in APPLYING");
        assertThat(ended.said()).last().isEqualTo("in APPLYING");
    }

    @Test
    void whatIsNotArmedGoesOn() throws Exception {
        Ended ended = run("OUTCOME BEFORE 0 KILL");
        assertThat(ended.code()).as("%s", ended.said()).isZero();
        assertThat(ended.said()).contains("out PLANNING", "out early").hasSize(12);
        assertThat(Armed.struck(folder.resolve("armed"))).isFalse();
    }

    @Test
    void whoIsHeldGoesNoFurtherAndOthersDoUntilTheProcessIsArmedAgain() throws Exception {
        Process process = start("PLANNING AFTER 0 HOLD", "aside");
        try {
            Path armed = folder.resolve("armed");
            eventually(PATIENCE, () -> assertThat(Armed.struck(armed)).isTrue());
            new Armed(Step.APPLYING, Moment.AFTER, 1).write(armed);
            process.getOutputStream().close();

            Ended ended = ended(process);

            assertThat(ended.code()).as("%s", ended.said()).isEqualTo(KILLED);
            assertThat(ended.said())
                    .containsSubsequence("in PLANNING", "out APPLYING", "in APPLYING")
                    .doesNotContain("out PLANNING");
            assertThat(ended.said()).last().isEqualTo("in APPLYING");
        } finally {
            process.destroyForcibly();
        }
    }

    private record Ended(int code, List<String> said) {}

    private Ended run(String armed) throws IOException, InterruptedException {
        return ended(start(armed, "alone"));
    }

    private Process start(String armed, String how) throws IOException {
        Files.writeString(folder.resolve("armed"), armed);
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Woven.class.getName(),
                        folder.resolve("armed").toString(),
                        how)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
    }

    private Ended ended(Process process) throws IOException, InterruptedException {
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readAllLines(folder.resolve("out")));
    }

    /** Runs {@link Stepper} with its keeper's steps woven in, in a JVM of its own. */
    static final class Woven {
        private Woven() {}

        public static void main(String[] args) throws Exception {
            FaultPoint.armedBy(Path.of(args[0]));
            try (Loader loader = new Loader()) {
                loader.loadClass(Stepper.class.getName())
                        .getDeclaredMethod("main", String[].class)
                        .invoke(null, (Object) new String[] {args[1]});
            }
        }
    }

    /** Loads the program anew, and weaves it. */
    private static final class Loader extends URLClassLoader {
        Loader() {
            super(new URL[0], SelfKillIT.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(Stepper.class.getName())) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] woven =
                        Weaver.weave(
                                in.readAllBytes(), List.of(Step.PLANNING, Step.APPLYING), this);
                return defineClass(name, woven, 0, woven.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
