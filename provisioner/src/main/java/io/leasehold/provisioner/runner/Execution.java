package io.leasehold.provisioner.runner;

import io.leasehold.provisioner.module.Templates;
import io.leasehold.provisioner.sandbox.Sandbox;
import io.leasehold.provisioner.stateproxy.Spool;
import io.leasehold.provisioner.stateproxy.StateDeliveries;
import io.leasehold.provisioner.stateproxy.StateUpstreams;
import io.leasehold.provisioner.tofu.TofuRunner;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** The parts that carry out a run, as the packages around tofu make them. */
@Singleton
final class Execution {

    private final Sandbox sandbox;
    private final Spool spool;
    private final Templates templates;
    private final TofuRunner tofu;
    private final StateUpstreams states;
    private final StateDeliveries deliveries;
    private final OutcomeSpool outcomes;

    @Inject
    Execution(
            Sandbox sandbox,
            Spool spool,
            Templates templates,
            TofuRunner tofu,
            StateUpstreams states,
            StateDeliveries deliveries,
            OutcomeSpool outcomes) {
        this.sandbox = sandbox;
        this.spool = spool;
        this.templates = templates;
        this.tofu = tofu;
        this.states = states;
        this.deliveries = deliveries;
        this.outcomes = outcomes;
    }

    Sandbox sandbox() {
        return sandbox;
    }

    Spool spool() {
        return spool;
    }

    Templates templates() {
        return templates;
    }

    TofuRunner tofu() {
        return tofu;
    }

    StateUpstreams states() {
        return states;
    }

    OutcomeSpool outcomes() {
        return outcomes;
    }

    StateDeliveries deliveries() {
        return deliveries;
    }
}
