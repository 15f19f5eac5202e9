package io.leasehold.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

class TestServersIT {
    @Test
    void each_start_gets_an_empty_database_on_the_same_server() throws Exception {
        TestPostgres.Database first = TestPostgres.freshDatabase();
        TestPostgres.Database second = TestPostgres.freshDatabase();

        try (Connection connection = first.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (n int)");
        }

        assertThat(second.port()).isEqualTo(first.port());
        try (Connection connection = second.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (n int)");
        }
    }

    @Test
    void all_tests_of_a_jvm_share_one_broker() throws Exception {
        Map<String, String> first = new TestKafka().start();
        Map<String, String> second = new TestKafka().start();

        assertThat(second).isEqualTo(first).containsOnlyKeys("kafka.bootstrap.servers");
        try (Admin admin =
                Admin.create(
                        Map.<String, Object>of(
                                "bootstrap.servers", TestKafka.bootstrapServers()))) {
            assertThat(admin.describeCluster().nodes().get(10, TimeUnit.SECONDS)).hasSize(1);
        }
    }
}
