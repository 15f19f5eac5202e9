package io.leasehold.provisioner.runner;

import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.module.Templates;
import io.leasehold.provisioner.stateproxy.StateDeliveries;
import io.leasehold.provisioner.tofu.TofuRunner;
import java.time.Clock;

/** What every run is carried out with; shared by all of them. */
record RunTools(
        Ledger ledger,
        Templates templates,
        TofuRunner tofu,
        StateDeliveries states,
        OutcomeSpool outcomes,
        Bindings bindings,
        RunnerConfig config,
        Clock clock) {}
