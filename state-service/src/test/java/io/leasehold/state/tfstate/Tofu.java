package io.leasehold.state.tfstate;

import static io.leasehold.testsupport.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.TestTokens;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * The real tofu in a folder of its own, as a person uses it: the token is the password of any user.
 * Needs {@code ./leasehold tools} to have run.
 */
final class Tofu {
    /** Two resources; the second is made only when the file named by "hold" is there. */
    static final String MODULE =
            """
            terraform {
              backend "http" {}
            }
            variable "word" {
              default = "one"
            }
            variable "hold" {
              default = ""
            }
            resource "terraform_data" "first" {
              input = var.word
            }
            resource "terraform_data" "thing" {
              input      = var.word
              depends_on = [terraform_data.first]
              provisioner "local-exec" {
                command = var.hold == "" ? "true" : "touch begun; until [ -e ${var.hold} ]; do sleep 0.05; done"
              }
            }
            output "word" {
              value = terraform_data.thing.output
            }
            """;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final Map<String, String> environment;

    Tofu(Path folder, String address) {
        this(folder, new HashMap<>());
        environment.put("HOME", folder.toString());
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("TF_CLI_ARGS", "-no-color");
        environment.put("TF_INPUT", "0");
        environment.put("TF_HTTP_LOCK_ADDRESS", address);
        environment.put("TF_HTTP_UNLOCK_ADDRESS", address);
        environment.put("TF_HTTP_ADDRESS", address);
        environment.put("TF_HTTP_USERNAME", "whoever");
        environment.put("TF_HTTP_PASSWORD", TestTokens.OPERATOR);
    }

    private Tofu(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    /** The same with one variable set to another value. */
    Tofu with(String name, String value) {
        Tofu other = new Tofu(folder, new HashMap<>(environment));
        other.environment.put(name, value);
        return other;
    }

    /** The same without these variables. */
    Tofu without(String... names) {
        Tofu other = new Tofu(folder, new HashMap<>(environment));
        other.environment.keySet().removeAll(Set.of(names));
        return other;
    }

    /** A tofu that has ended. */
    record Ended(int exit, String output) {
        Ended succeeded() {
            assertThat(exit).as(output).isZero();
            return this;
        }

        Ended failed() {
            assertThat(exit).as(output).isEqualTo(1);
            return this;
        }
    }

    void module(String text) throws IOException {
        Files.writeString(folder.resolve("main.tf"), text);
    }

    /** Runs to the end. The arguments are words between spaces. */
    Ended run(String arguments) throws Exception {
        return start(arguments).end();
    }

    Running start(String arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(binary()));
        command.addAll(List.of(arguments.split(" ")));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return new Running(process);
    }

    /** A tofu at work. */
    static final class Running {
        private final Process process;
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();
        private final Thread reader;

        private Running(Process process) {
            this.process = process;
            this.reader = Thread.ofVirtual().start(this::read);
        }

        private void read() {
            try (BufferedReader output = process.inputReader(UTF_8)) {
                output.lines().forEach(lines::add);
            } catch (IOException e) {
                lines.add(e.toString());
            }
        }

        private String output() {
            return String.join("\n", lines);
        }

        void says(String words) throws Exception {
            eventually(PATIENCE, () -> assertThat(output()).contains(words));
        }

        /** SIGTERM, to tofu alone. */
        void terminate() {
            // Not Process.destroy: that closes the pipe tofu writes to as well.
            process.toHandle().destroy();
        }

        /** SIGKILL, to tofu and to what it started. */
        void kill() {
            List<ProcessHandle> children = process.descendants().toList();
            process.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
        }

        Ended end() throws Exception {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                kill();
                throw new AssertionError("tofu did not end: " + output());
            }
            reader.join();
            return new Ended(process.exitValue(), output());
        }
    }

    private static String binary() {
        Map<String, String> environment = System.getenv();
        String cache =
                environment.getOrDefault(
                        "LEASEHOLD_CACHE", System.getProperty("user.home") + "/.cache/leasehold");
        String tofu = environment.getOrDefault("LEASEHOLD_TOFU", cache + "/bin/tofu");
        assertThat(new File(tofu)).as("made by ./leasehold tools").isFile();
        return tofu;
    }
}
