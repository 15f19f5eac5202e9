package io.leasehold.state.tenant;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.ErrorCode;
import io.leasehold.events.EventJson;
import io.leasehold.ledger.api.EventCheck;
import io.leasehold.state.blueprint.Blueprint;
import io.leasehold.state.blueprint.BlueprintKey;
import io.leasehold.state.blueprint.Blueprints;
import io.leasehold.state.deadletter.BlueprintCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.hibernate.reactive.mutiny.Mutiny;

/** Says what an event's blueprint says of it. Safe to share. */
@ApplicationScoped
class BlueprintsSay implements BlueprintCheck {
    private final Blueprints blueprints;
    private final IntakeConfig config;

    BlueprintsSay(Blueprints blueprints, IntakeConfig config) {
        this.blueprints = blueprints;
        this.config = config;
    }

    @Override
    public Uni<EventCheck> say(Mutiny.Session session, byte[] data) {
        Change change = Change.of(tree(data), "");
        BlueprintKey key = change.blueprint();
        if (key == null || change.delete()) {
            return Uni.createFrom().item(EventCheck.SOUND);
        }
        return blueprints
                .find(session, key)
                .map(found -> found.map(it -> held(it, change)).orElseGet(() -> unknown(key)));
    }

    private static ObjectNode tree(byte[] data) {
        try {
            return (ObjectNode) EventJson.mapper().readTree(data);
        } catch (IOException e) {
            throw new UncheckedIOException("the reader has read it", e);
        }
    }

    private static EventCheck held(Blueprint blueprint, Change change) {
        return SpecCheck.fault(blueprint, change)
                .map(fault -> wrong(ErrorCode.valueOf(fault.code()), fault.reason()))
                .orElse(EventCheck.SOUND);
    }

    private EventCheck unknown(BlueprintKey key) {
        return wrong(
                ErrorCode.BLUEPRINT_UNKNOWN,
                "the blueprint %s is not registered; the event would wait for it, %s at most"
                        .formatted(key, config.blueprintWait()));
    }

    static EventCheck wrong(ErrorCode code, String reason) {
        return new EventCheck(code.name(), reason, code.remedy());
    }
}
