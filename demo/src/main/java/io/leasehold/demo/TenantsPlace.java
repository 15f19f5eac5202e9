package io.leasehold.demo;

import io.leasehold.embedded.platform.PlatformSystem;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;

/**
 * The place where tenants get things, looked at from outside: its Postgres and its broker, past the
 * platform.
 */
final class TenantsPlace implements AutoCloseable {
    private static final int ANSWER_SECONDS = 20;

    private final PlatformSystem system;
    private final Admin admin;

    TenantsPlace(PlatformSystem system) {
        this.system = system;
        this.admin =
                Admin.create(
                        Map.<String, Object>of(
                                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                                system.tenantsKafkaBootstrapServers()));
    }

    /** Logs in as the tenant itself, uses its database, and says who it is there. */
    String loginAndUse(String database, String role, String password) {
        try (Connection connection = login(database, role, password);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS notes (text varchar(100))");
            statement.execute("INSERT INTO notes VALUES ('written by the tenant')");
            try (ResultSet row =
                    statement.executeQuery(
                            "SELECT current_user, current_database(), current_schema(), count(*)"
                                    + " FROM notes")) {
                row.next();
                return "user=%s database=%s schema=%s rows=%d"
                        .formatted(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getInt(4));
            }
        } catch (SQLException e) {
            throw new BrokenPromiseException("the tenant cannot use its database " + database, e);
        }
    }

    /** Whether a role is kept out of a database. */
    boolean isKeptOut(String database, String role, String password) {
        try (Connection connection = login(database, role, password)) {
            return !connection.isValid(ANSWER_SECONDS);
        } catch (SQLException e) {
            return true;
        }
    }

    private Connection login(String database, String role, String password) throws SQLException {
        return DriverManager.getConnection(system.tenantsJdbcUrl(database), role, password);
    }

    /** How many connections a role may hold. */
    int connectionLimit(String role) {
        return ask("SELECT rolconnlimit FROM pg_roles WHERE rolname = ?", role);
    }

    /** How many roles and databases have that name. */
    int rolesAndDatabases(String name) {
        return ask("SELECT count(*) FROM pg_roles WHERE rolname = ?", name)
                + ask("SELECT count(*) FROM pg_database WHERE datname = ?", name);
    }

    /** Does by hand, as superuser, what nobody told the platform. */
    void byHand(String sql) {
        try (Connection connection = superuser();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new BrokenPromiseException("failed: " + sql, e);
        }
    }

    private int ask(String sql, String parameter) {
        try (Connection connection = superuser();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, parameter);
            try (ResultSet rows = statement.executeQuery()) {
                BrokenPromiseException.unless(rows.next(), "there is a row for " + parameter);
                return rows.getInt(1);
            }
        } catch (SQLException e) {
            throw new BrokenPromiseException("the tenants' Postgres does not answer", e);
        }
    }

    private Connection superuser() throws SQLException {
        return login("postgres", "postgres", system.tenantsPostgresPassword());
    }

    /** The topics of a tenant, in order. */
    List<String> topics(String tenant) {
        return new TreeSet<>(answer(admin.listTopics().names()))
                .stream().filter(name -> name.startsWith(tenant + ".")).toList();
    }

    /** How many permissions a tenant has. */
    long permissions(String tenant) {
        Collection<AclBinding> all = answer(admin.describeAcls(AclBindingFilter.ANY).values());
        return all.stream().filter(acl -> acl.entry().principal().equals("User:" + tenant)).count();
    }

    private static <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new BrokenPromiseException("the tenants' broker does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokenPromiseException("interrupted", e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
