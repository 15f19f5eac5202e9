package io.leasehold.state.tfstate;

/** What becomes of a state that somebody wants to be stored. */
public sealed interface WriteVerdict {
    /**
     * It becomes the newest version.
     *
     * @param kind RUN or PERSON
     */
    record Store(String kind) implements WriteVerdict {}

    /** It is the newest version already: the answer to the first time was lost. */
    record Repeated() implements WriteVerdict {}

    /**
     * It is refused.
     *
     * @param keep whether the bytes are kept as an orphan: a run's state says what was really built
     */
    record Refuse(int status, String code, String detail, boolean keep) implements WriteVerdict {}
}
