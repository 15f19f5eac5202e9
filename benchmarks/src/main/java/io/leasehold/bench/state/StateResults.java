package io.leasehold.bench.state;

import java.util.ArrayList;
import java.util.List;

/** What was found so far. For one thread. */
final class StateResults {
    private final List<Measured> measured = new ArrayList<>();
    private final List<Bar> bars = new ArrayList<>();

    Measured add(Measured one) {
        measured.add(one);
        return one;
    }

    void add(Bar bar) {
        bars.add(bar);
    }

    List<Measured> measured() {
        return measured;
    }

    List<Bar> bars() {
        return bars;
    }
}
