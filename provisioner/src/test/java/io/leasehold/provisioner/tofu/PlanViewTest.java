package io.leasehold.provisioner.tofu;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.DriftReport.Attribute;
import io.leasehold.ledger.api.DriftReport.Change;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a rendered plan tells, and what it does not. */
class PlanViewTest {

    private static final String SHOWN =
            """
            {
              "resource_changes": [
                {"address":"a.x","type":"a","change":{"actions":["no-op"]}},
                {"address":"a.y","type":"a","change":{"actions":["delete","create"]}},
                {"address":"a.z","type":"a","change":{"actions":["update"]}}
              ],
              "resource_drift": [
                {"address":"role.it","type":"role","change":{"actions":["update"],
                  "before":{"name":"n","limit":5,"password":"old","roles":["a"],"old":1,
                            "config":{"retention":"1","size":"2"}},
                  "after":{"name":"n","limit":9,"password":"s3cret","roles":["a","b"],"old":null,
                           "config":{"retention":"3","size":"2"},"fresh":true},
                  "after_sensitive":{"password":true}}},
                {"address":"role.gone","type":"role","change":{"actions":["delete"],
                  "before":{"name":"g"},"after":null}},
                {"address":"role.same","type":"role","change":{"actions":["update"],
                  "before":{"name":"g"},"after":{"name":"g"}}},
                {"address":"role.moved","type":"role","change":{"actions":["no-op"]}}
              ]
            }
            """;

    @Test
    void changesHaveOneActionAndDriftHasPathsWithoutValues() throws Exception {
        PlanView view = PlanView.read(new ObjectMapper().readTree(SHOWN));

        assertThat(view.changes())
                .containsExactly(
                        new PlanView.Change("a.y", "a", "replace"),
                        new PlanView.Change("a.z", "a", "update"));
        assertThat(view.drift())
                .containsExactly(
                        new Change(
                                "role.it",
                                "role",
                                "update",
                                List.of(
                                        new Attribute("config.retention", "changed"),
                                        new Attribute("fresh", "added"),
                                        new Attribute("limit", "changed"),
                                        new Attribute("old", "removed"),
                                        new Attribute("password", "changed"),
                                        new Attribute("roles", "changed"))),
                        new Change("role.gone", "role", "delete", List.of()));
        assertThat(view.toString()).doesNotContain("s3cret");
    }

    @Test
    void anEmptyPlanIsEmpty() throws Exception {
        PlanView view = PlanView.read(new ObjectMapper().readTree("{}"));

        assertThat(view.changes()).isEmpty();
        assertThat(view.drift()).isEmpty();
    }
}
