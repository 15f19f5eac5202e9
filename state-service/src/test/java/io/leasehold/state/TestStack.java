package io.leasehold.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.ServiceClient.Reply;
import java.util.List;

/** One stack's state as people with a tofu of their own, and operators, see it. */
public final class TestStack {
    private final StackRef stack;
    private final ServiceClient person = ServiceClient.as(TestTokens.OPERATOR);

    public TestStack(StackRef stack) {
        this.stack = stack;
    }

    /** A state of that lineage and serial with those resources. */
    public static String state(String lineage, long serial, String... resources) {
        return """
        {"version":4,"terraform_version":"1.12.6","serial":%d,"lineage":"%s","outputs":{},"resources":[%s],"check_results":null}
        """
                .formatted(serial, lineage, String.join(",", resources));
    }

    /** A resource with one instance that has these attributes. */
    public static String thing(String name, String attributes) {
        return """
        {"mode":"managed","type":"terraform_data","name":"%s","provider":"p","instances":[{"schema_version":0,"attributes":%s,"sensitive_attributes":[]}]}
        """
                .formatted(name, attributes);
    }

    public Reply lock(String id) {
        return person.send(
                "LOCK",
                "/state/" + stack.key(),
                """
                {"ID":"%s","Operation":"OperationTypeApply","Info":"","Who":"me@desk","Version":"1.12.6","Created":"2026-01-01T00:00:00Z","Path":""}
                """
                        .formatted(id));
    }

    public Reply unlock(String id) {
        return person.send("UNLOCK", "/state/" + stack.key(), "{\"ID\":\"" + id + "\"}");
    }

    /** Stores states one after the other, under a lock of their own. */
    public void has(String... states) {
        assertThat(lock("seeding").status()).isEqualTo(200);
        for (String state : states) {
            Reply reply = person.send("POST", "/state/" + stack.key() + "?ID=seeding", state);
            assertThat(reply.status()).as(reply.body()).isEqualTo(204);
        }
        assertThat(unlock("seeding").status()).isEqualTo(200);
    }

    /** What a run writes under a lease, perhaps not its own any more. */
    public Reply writes(String lease, String state) {
        return ServiceClient.as(TestTokens.WORKER)
                .send("POST", "/state/" + stack.key(), state, Paths.LEASE_HEADER, lease);
    }

    /** The state that is served; an empty text when there is none. */
    public String served() {
        return person.send("GET", "/state/" + stack.key(), null).body();
    }

    public String lineage() {
        return versions().getFirst().path("lineage").asText();
    }

    /** The versions that are shown, newest first. */
    public List<JsonNode> versions() {
        return person.send("GET", "/v1/states/" + stack.key() + "/versions", null)
                .json()
                .path("items")
                .valueStream()
                .toList();
    }

    public Reply asks(String what) {
        return ServiceClient.as(TestTokens.VIEWER)
                .send("GET", "/v1/states/" + stack.key() + "/" + what, null);
    }

    /** Posts a document with single quotes for double ones. */
    public Reply posts(String path, String document) {
        return person.send("POST", path, document.replace('\'', '"'));
    }

    public Reply does(String what, String document) {
        return posts("/v1/states/" + stack.key() + "/" + what, document);
    }

    /** The audit's actions and reasons for this stack, oldest first, reading left out. */
    public static List<Object> audited(Ledger ledger, StackRef stack) {
        return ledger.column(
                """
                select action || coalesce(': ' || reason, '') from audit
                where subject like ? || '%' and action not like 'read-%' order by id
                """,
                stack.key());
    }
}
