package io.leasehold.state.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.events.Topics;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.ledger.api.SourcePosition;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestWorker;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.hibernate.reactive.mutiny.Mutiny;

/** Makes dead letters, for tests. */
@ApplicationScoped
class Letters {
    private static final AtomicLong OFFSETS = new AtomicLong();

    private final Ledger ledger;
    private final TestWorker worker;
    private final DeadLetters letters;
    private final Mutiny.SessionFactory sessions;

    Letters(Ledger ledger, TestWorker worker, DeadLetters letters, Mutiny.SessionFactory sessions) {
        this.ledger = ledger;
        this.worker = worker;
        this.letters = letters;
        this.sessions = sessions;
    }

    static String tenant() {
        return "t" + UUID.randomUUID().toString().substring(0, 13);
    }

    /** The letter of a stack whose run failed for good; no stack is due afterwards. */
    String ofRun(String tenant, String code) {
        StackRef stack = ledger.due(tenant);
        worker.fails(worker.mustClaim(), code);
        return open(stack.tenantId());
    }

    /** The tenant's open letter. */
    String open(String tenant) {
        return String.valueOf(
                ledger.value(
                        "select id from dead_letter where tenant_id = ? and status = 'OPEN'",
                        tenant));
    }

    String status(String id) {
        return String.valueOf(ledger.value("select status from dead_letter where id = ?", id));
    }

    /** The letter of an event that intake refused. */
    String ofEvent(
            String tenant, byte[] value, List<RawHeader> headers, String reason, boolean keep) {
        RawRecord raw =
                new RawRecord(
                        new SourcePosition(Topics.TENANT_LIFECYCLE, 3, OFFSETS.incrementAndGet()),
                        0,
                        tenant.getBytes(UTF_8),
                        value,
                        headers);
        return Ledger.await(() ->
                sessions.withTransaction(session ->
                        letters.refused(
                                session,
                                new RefusedEvent(
                                        raw,
                                        "JSON_MALFORMED",
                                        reason,
                                        keep,
                                        tenant,
                                        null,
                                        null,
                                        null,
                                        null))));
    }

    static List<RawHeader> envelope(String type) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("ce_specversion", "1.0");
        headers.put("ce_id", "e-1");
        headers.put("ce_source", "https://upstream.example/tenants");
        headers.put("ce_type", "io.leasehold.tenant." + type + ".v1");
        headers.put("content-type", "application/json");
        return headers.entrySet().stream()
                .map(e -> new RawHeader(e.getKey(), e.getValue().getBytes(UTF_8)))
                .toList();
    }

    static String event(String tenant) {
        return """
        {"tenantId":"%s","generation":1,"lifecycle":"active",\
        "blueprint":{"name":"starter","version":"1.0.0"},"variables":{}}\
        """
                .formatted(tenant);
    }
}
