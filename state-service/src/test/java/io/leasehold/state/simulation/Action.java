package io.leasehold.state.simulation;

/**
 * One thing that happens. It carries all it needs, so that a trace can be replayed and cut: what
 * makes no sense where it comes is passed over.
 */
sealed interface Action {

    /** What a ledger anywhere understands, in memory or not. */
    sealed interface Anywhere extends Action {}

    /** What only the world in memory can do: time, the database as a whole, publishers. */
    sealed interface InMemory extends Action {}

    /** What goes wrong with a call. */
    enum Fault {
        NONE,
        /** It never came, or whoever carried it out died before the commit. */
        BEFORE,
        /** It was committed, and the answer was lost. */
        AFTER
    }

    /** What an event wants. */
    enum Wish {
        ACTIVE,
        SUSPENDED,
        DELETED,
        DELETED_KEEPING,
        /** It is no event at all. */
        GARBLED
    }

    /** How a run ends. */
    enum Ending {
        SUCCESS,
        NETWORK,
        AUTHZ
    }

    /** What a publisher of outputs does next. */
    enum Draining {
        ACQUIRE,
        FETCH,
        SEND,
        FORGET
    }

    /** Upstream appends an event to the input; {@code version} is its blueprint's. */
    record Publish(int tenant, int incarnation, long generation, Wish wish, int size, int version)
            implements Anywhere {}

    /** The reader of a partition hands in the next record. */
    record Deliver(int partition, Fault fault) implements Anywhere {}

    /** The reader of a partition goes on from there: a rebalance, a restored consumer group. */
    record Reread(int partition, int from) implements Anywhere {}

    /** A new process begins under the worker's name; the one before is gone. */
    record Register(int worker, Fault fault) implements Anywhere {}

    /** The worker's process and its sandbox die. */
    record Crash(int worker) implements Anywhere {}

    record Claim(int worker, Fault fault) implements Anywhere {}

    /** A heartbeat in the phase that the run is in. */
    record Beat(int worker, Fault fault) implements Anywhere {}

    /** A heartbeat that asks for the next phase. */
    record Enter(int worker, Fault fault) implements Anywhere {}

    /** The run changes the tenant's infrastructure, if its doors are open. */
    record Change(int worker) implements Anywhere {}

    /** The run's state is sent, even by a worker that lost its lease: its changes were real. */
    record Write(int worker, Fault fault) implements Anywhere {}

    record End(int worker, Ending ending, Fault fault) implements Anywhere {}

    /** The lease of the worker's run runs out, with the grace, and the service notices. */
    record Expire(int worker) implements Anywhere {}

    /** An operator replays the dead letter of a failed run. */
    record Replay(int tenant, int incarnation, String stack) implements Anywhere {}

    /** Time goes by; {@code beating}: the service beats its pulse meanwhile. */
    record Pass(int millis, boolean beating) implements InMemory {}

    /** The database is away from now on, or back. */
    record Outage(boolean away) implements InMemory {}

    /** The clock of the database is set. */
    record Jump(int millis) implements InMemory {}

    /** The database is put back to what it was so long ago; everybody else goes on. */
    record PutBack(int millis) implements InMemory {}

    record Drain(int publisher, Draining step, Fault fault) implements InMemory {}

    record RegisterBlueprint(int version) implements InMemory {}
}
