package io.leasehold.it.system;

import io.leasehold.embedded.platform.AccessLine;
import io.leasehold.it.JvmService;
import io.leasehold.testsupport.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** The state service alone, as its built program, with operators by name. */
final class StateServiceProcess implements AutoCloseable {
    private final JvmService service;

    private StateServiceProcess(JvmService service) {
        this.service = service;
    }

    /** Starts it on an empty database; an operator's token is the name with {@code -token}. */
    static StateServiceProcess start(
            Path folder, TestPostgres.Database database, List<String> operators) throws Exception {
        Path tokens = folder.resolve("tokens");
        for (String operator : operators) {
            Files.writeString(
                    tokens,
                    AccessLine.of("operator", operator, operator + "-token"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
        Path key = folder.resolve("key");
        Files.writeString(key, Base64.getEncoder().encodeToString(new byte[32]));
        return new StateServiceProcess(
                JvmService.launch(
                                "state-service",
                                folder,
                                Map.of(
                                        "LEASEHOLD_DATABASE_URL", database.reactiveUrl(),
                                        "LEASEHOLD_DATABASE_USERNAME", database.username(),
                                        "LEASEHOLD_DATABASE_PASSWORD", database.password(),
                                        "LEASEHOLD_ACCESS_TOKENS_FILE", tokens.toString(),
                                        "LEASEHOLD_SEALING_KEYSET_FILE", key.toString()))
                        .awaitReady());
    }

    /** Where it is, for a command of that operator's. */
    Map<String, String> environmentOf(String operator) {
        return Map.of("LEASEHOLD_URL", service.url(), "LEASEHOLD_TOKEN", operator + "-token");
    }

    @Override
    public void close() {
        service.close();
    }
}
