package io.leasehold.state.tenant;

import io.leasehold.state.audit.Audit;
import io.leasehold.state.stack.LifeRef;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Tells operators what is wrong with a source though no event is lost by it: in the audit, in the
 * caller's transaction, and in the log. Safe to share.
 */
@ApplicationScoped
class Alarms {
    private static final Logger LOGGER = Logger.getLogger(Alarms.class);

    private final Audit audit;

    Alarms(Audit audit) {
        this.audit = audit;
    }

    /**
     * Raises one.
     *
     * @param alarm a name of the contract's alarms
     */
    Uni<Void> raise(Mutiny.Session session, LifeRef life, String alarm, String reason) {
        LOGGER.warnf(
                "alarm tenantId=%s incarnation=%d errorCode=%s",
                life.tenantId(), life.incarnation(), alarm);
        return audit.record(
                session,
                "ledger",
                "alarm-" + alarm.toLowerCase(Locale.ROOT).replace('_', '-'),
                life.tenantId() + "/" + life.incarnation(),
                reason);
    }
}
