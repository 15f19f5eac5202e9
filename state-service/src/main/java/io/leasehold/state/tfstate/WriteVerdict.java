package io.leasehold.state.tfstate;

/** What becomes of a state that somebody wants to be stored. */
public sealed interface WriteVerdict {
    /**
     * It becomes the newest version.
     *
     * @param kind RUN or PERSON
     * @param forced it does not fit the state that is there, and a person said why it is taken
     */
    record Store(String kind, boolean forced) implements WriteVerdict {}

    /** It is the newest version already: the answer to the first time was lost. */
    record Repeated() implements WriteVerdict {}

    /**
     * It is refused.
     *
     * @param keep whether the bytes are kept as an orphan: a run's state says what was really built
     */
    record Refuse(int status, String code, String detail, boolean keep) implements WriteVerdict {}
}
