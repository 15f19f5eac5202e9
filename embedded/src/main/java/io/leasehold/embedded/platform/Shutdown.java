package io.leasehold.embedded.platform;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/** The order in which the system stops: who works first, what is worked on last. */
record Shutdown(Map<Service, Supervised> processes, Collection<AutoCloseable> brokers) {
    private static final Logger LOGGER = Logger.getLogger(Shutdown.class);

    List<AutoCloseable> inOrder() {
        List<AutoCloseable> order = new ArrayList<>();
        add(order, Service.PROVISIONER);
        add(order, Service.RUNNER);
        add(order, Service.STATE_SERVICE);
        order.addAll(brokers);
        add(order, Service.PLATFORM_KAFKA);
        add(order, Service.TENANTS_POSTGRES);
        add(order, Service.PLATFORM_POSTGRES);
        return order;
    }

    private void add(List<AutoCloseable> order, Service service) {
        Supervised found = processes.get(service);
        if (found != null) {
            order.add(found);
        }
    }

    /** One that does not stop well keeps none of the others running. */
    static void closeAll(List<AutoCloseable> parts) {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) { // AutoCloseable names nothing narrower.
                LOGGER.warnf(e, "part did not stop in order");
            }
        }
    }
}
