package io.leasehold.it.modules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.embedded.EmbeddedKafka;
import io.leasehold.embedded.KafkaOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TenantTopicsIT {
    private static EmbeddedKafka kafka;
    private static Admin admin;

    private ModuleUnderTest module;

    @BeforeAll
    static void startKafka(@TempDir Path folder) {
        kafka = EmbeddedKafka.start(new KafkaOptions(folder.resolve("data"), 0, null, true));
        admin =
                Admin.create(
                        Map.of(
                                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                                kafka.bootstrapServers()));
    }

    @AfterAll
    static void stopKafka() {
        admin.close();
        kafka.close();
    }

    @BeforeEach
    void initialise(@TempDir Path folder) throws Exception {
        module =
                ModuleUnderTest.initialise(
                        "tenant-topics", Files.createDirectory(folder.resolve("module")), Map.of());
    }

    @AfterEach
    void removeLinks() throws Exception {
        module.close();
    }

    private static Map<String, Object> tenant(String id, List<String> topics, int hours) {
        return Map.of(
                "tenant_id", id,
                "topics", topics,
                "partitions", 2,
                "retention_hours", hours,
                "platform_kafka_bootstrap_servers", List.of(kafka.bootstrapServers()));
    }

    private static Set<String> topics() throws Exception {
        return admin.listTopics().names().get();
    }

    @Test
    void topicsAndPermissionsAreThereAndGoAgain() throws Exception {
        Map<String, Object> inputs = tenant("a-b", List.of("orders", "invoices"), 24);

        JsonNode outputs = module.apply(inputs);

        assertThat(outputs.at("/topics/value/orders").asText()).isEqualTo("a-b.orders");
        assertThat(topics()).containsExactlyInAnyOrder("a-b.orders", "a-b.invoices");
        assertThat(admin.describeAcls(AclBindingFilter.ANY).values().get())
                .extracting(AclBinding::toString)
                .hasSize(3)
                .allMatch(acl -> acl.contains("User:a-b") && acl.contains("name=a-b., "));
        module.expectNothingToDo(inputs);
        assertThat(module.drift(inputs)).isEmpty();

        module.destroy(inputs);

        assertThat(topics()).isEmpty();
        assertThat(admin.describeAcls(AclBindingFilter.ANY).values().get()).isEmpty();
    }

    @Test
    void aChangeIsMadeInPlaceAndWhatIsChangedByHandIsSeen() throws Exception {
        module.apply(tenant("changing", List.of("orders"), 24));
        Map<String, Object> inputs = tenant("changing", List.of("orders", "audit"), 48);

        module.apply(inputs);

        assertThat(module.drift(inputs)).isEmpty();
        ConfigResource orders = new ConfigResource(ConfigResource.Type.TOPIC, "changing.orders");
        admin.incrementalAlterConfigs(
                        Map.of(
                                orders,
                                List.of(
                                        new AlterConfigOp(
                                                new ConfigEntry("retention.ms", "1234"),
                                                AlterConfigOp.OpType.SET))))
                .all()
                .get();
        admin.deleteTopics(List.of("changing.audit")).all().get();
        assertThat(module.drift(inputs))
                .containsExactlyInAnyOrder(
                        "kafka_topic.tenant[\"orders\"] update [config]",
                        "kafka_topic.tenant[\"audit\"] delete []");
        module.destroy(inputs);
    }
}
