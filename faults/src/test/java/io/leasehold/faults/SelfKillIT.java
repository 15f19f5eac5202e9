package io.leasehold.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Processes that end themselves, woven as the agent weaves them. */
class SelfKillIT {
    private static final int KILLED = 128 + 9;

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "PLANNING BEFORE 0, to PLANNING",
        "PLANNING AFTER 0, in PLANNING",
        "APPLYING BEFORE 0, to APPLYING",
        "APPLYING AFTER 0, in APPLYING",
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
        Ended ended = run("APPLYING AFTER 1");
        assertThat(ended.code()).as("%s", ended.said()).isEqualTo(KILLED);
        assertThat(ended.said()).containsSubsequence("out APPLYING", "in APPLYING");
        assertThat(ended.said()).last().isEqualTo("in APPLYING");
    }

    @Test
    void whatIsNotArmedGoesOn() throws Exception {
        Ended ended = run("OUTCOME BEFORE 0");
        assertThat(ended.code()).as("%s", ended.said()).isZero();
        assertThat(ended.said()).contains("out PLANNING", "out early").hasSize(12);
        assertThat(Armed.struck(folder.resolve("armed"))).isFalse();
    }

    private record Ended(int code, List<String> said) {}

    private Ended run(String armed) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("armed"), armed);
        Path out = folder.resolve("out");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xshare:auto",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Woven.class.getName(),
                                folder.resolve("armed").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readAllLines(out));
    }

    /** Runs {@link Stepper} with its keeper's steps woven in, in a JVM of its own. */
    static final class Woven {
        private Woven() {}

        public static void main(String[] args) throws Exception {
            FaultPoint.armedBy(Path.of(args[0]));
            try (Loader loader = new Loader()) {
                loader.loadClass(Stepper.class.getName())
                        .getDeclaredMethod("main", String[].class)
                        .invoke(null, (Object) new String[0]);
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
