package io.leasehold.provisioner.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.leasehold.provisioner.workshop.Worker;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates made by real tofu in the real sandbox. */
@Timeout(120)
class TemplateStoreIT {

    private static final Map<String, String> RANDOM =
            Map.of(
                    "main.tf",
                    """
                    terraform {
                      required_providers {
                        random = { source = "hashicorp/random" }
                      }
                    }
                    module "inner" { source = "./modules/inner" }
                    """,
                    "modules/inner/main.tf",
                    "resource \"random_pet\" \"it\" {}\n");

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // JUnit calls start before each test.
    private Worker worker;

    @BeforeEach
    void start() throws Exception {
        worker = new Worker(directory, URI.create("http://127.0.0.1:1"));
    }

    @Test
    void aModuleIsInitialisedOnceWithoutHashesAndReadOnly() throws Exception {
        Template template = worker.template(RANDOM);

        Path root = template.directory();
        assertThat(root.resolve("leasehold_platform_override.tofu"))
                .content()
                .contains("backend \"http\" {}");
        assertThat(root.resolve(".terraform.lock.hcl"))
                .content()
                .contains("hashicorp/random")
                .doesNotContain("hashes");
        assertThat(root.resolve(".terraform/modules/modules.json")).exists();
        assertThat(root.resolve("errored.tfstate")).isEmptyFile();
        assertThat(Files.getPosixFilePermissions(root.resolve("main.tf")).toString())
                .doesNotContain("WRITE");
        assertThat(template.lockDigest()).hasSize(64);
        assertThat(template.tofuVersion()).startsWith("1.");
        assertThat(worker.template(RANDOM)).isEqualTo(template);
        assertThat(root.getParent()).isDirectoryNotContaining("glob:**/.build-*");
    }

    @Test
    void anotherWorkerFindsWhatTheFirstMade() throws Exception {
        Template template = worker.template(RANDOM);
        Worker second = new Worker(directory, URI.create("http://127.0.0.1:1"));

        // It has no archive of that module and needs none.
        assertThat(second.templates().of(template.moduleDigest()))
                .isEqualTo(new TemplateResult.Ready(template));
    }

    @Test
    void manyWhoAskAtOnceGetTheSame() throws Exception {
        try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<TemplateResult> ask = () -> worker.module(RANDOM);
            List<Future<TemplateResult>> answers =
                    askers.invokeAll(List.of(ask, ask, ask, ask, ask));

            TemplateResult first = answers.getFirst().get();
            assertThat(first).isInstanceOf(TemplateResult.Ready.class);
            for (Future<TemplateResult> answer : answers) {
                assertThat(answer.get()).isEqualTo(first);
            }
        }
    }

    @Test
    void aModuleThatBringsABackendIsRefusedWithItsPlace() throws Exception {
        assertThat(
                        worker.module(
                                Map.of(
                                        "main.tf",
                                        "locals {}\nterraform {\n  backend \"local\" {}\n}\n")))
                .isEqualTo(
                        new TemplateResult.Refused(
                                "MODULE_REFUSED", "main.tf:3: a terraform backend block"));
    }

    @Test
    void filesOfThePlatformAreRefused() throws Exception {
        assertThat(worker.module(Map.of("main.tf", "", "evil_override.tf", "")))
                .isEqualTo(
                        new TemplateResult.Refused(
                                "MODULE_REFUSED",
                                "evil_override.tf: override files are the platform's"));
        assertThat(worker.module(Map.of("main.tf", "", ".terraform/x", "")))
                .isInstanceOf(TemplateResult.Refused.class);
        assertThat(worker.module(Map.of("readme.md", "")))
                .isEqualTo(
                        new TemplateResult.Refused(
                                "MODULE_REFUSED",
                                "no .tf or .tofu file at the root of the archive"));
    }

    @Test
    void aProviderThatIsNotThereIsSaidByTofu() throws Exception {
        assertThat(
                        worker.module(
                                Map.of(
                                        "main.tf",
                                        """
                                        terraform {
                                          required_providers {
                                            nope = { source = "nobody/nope" }
                                          }
                                        }
                                        """)))
                .isInstanceOfSatisfying(
                        TemplateResult.Failed.class,
                        failed -> {
                            assertThat(failed.blame()).isEqualTo(Blame.MODULE);
                            assertThat(failed.reason()).contains("nobody/nope");
                        });
    }

    @Test
    void aModuleFromElsewhereCannotBeFetched() throws Exception {
        assertThat(
                        worker.module(
                                Map.of(
                                        "main.tf",
                                        "module \"m\" { source = \"git::https://example.com/m.git\""
                                                + " }\n")))
                .isInstanceOfSatisfying(
                        TemplateResult.Failed.class,
                        failed -> assertThat(failed.blame()).isEqualTo(Blame.MODULE));
    }

    @Test
    void aTemplatesFolderThatCannotBeMadeIsTheWorkersFaultAndTriedAgain() throws Exception {
        Path templates = directory.resolve("templates");
        Files.createFile(templates);
        blames(Blame.WORKER, templates.toString());

        Files.delete(templates);
        assertThat(worker.module(RANDOM)).isInstanceOf(TemplateResult.Ready.class);
    }

    /** The kernel's own ENOSPC, where a file system may be mounted: not as a plain user. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void aFullDiskIsTheWorkersFaultWhereverItIsMet(int pages) throws Exception {
        Path templates = Files.createDirectory(directory.resolve("templates"));
        assumeTrue(mount("mount", "-t", "tmpfs", "-o", "size=" + 4096 * pages, "tmpfs", templates));
        try {
            blames(Blame.WORKER, "o space left on device");
        } finally {
            assertThat(mount("umount", templates)).isTrue();
        }

        assertThat(worker.module(RANDOM)).isInstanceOf(TemplateResult.Ready.class);
    }

    private static boolean mount(Object... command) throws IOException, InterruptedException {
        return new ProcessBuilder(Stream.of(command).map(Object::toString).toList())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private void blames(Blame blame, String words) throws Exception {
        assertThat(worker.module(RANDOM))
                .isInstanceOfSatisfying(
                        TemplateResult.Failed.class,
                        failed -> {
                            assertThat(failed.blame()).as(failed.reason()).isEqualTo(blame);
                            assertThat(failed.reason()).contains(words);
                        });
    }

    @Test
    void aSourceThatIsAwayMayBeAskedAgain() throws Exception {
        assertThat(worker.templates().of("0".repeat(64)))
                .isInstanceOfSatisfying(
                        TemplateResult.Failed.class,
                        failed -> assertThat(failed.blame()).isEqualTo(Blame.UNKNOWN));
    }
}
