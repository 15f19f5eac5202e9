package io.leasehold.state.stack;

/** A life with what was decided for it. */
record Planned(Situation situation, Plan plan) {
    Situation.Life life() {
        return situation.life();
    }

    LifeRef ref() {
        return new LifeRef(life().tenantId(), life().incarnation());
    }
}
