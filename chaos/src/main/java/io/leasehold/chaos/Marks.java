package io.leasehold.chaos;

/**
 * What the chaos module writes on its roles, into its outputs and so into its state.
 *
 * @param mark the generation that asked for it
 * @param apply names one apply: another in each
 * @param identity what the state alone knows: the same for a life's whole time
 */
record Marks(long mark, String apply, String identity) {
    /**
     * Reads {@code m7}, {@code a…} and {@code i…}.
     *
     * @throws IllegalArgumentException if the first is anything else
     */
    static Marks of(String mark, String apply, String identity) {
        if (!mark.startsWith("m")) {
            throw new IllegalArgumentException("not a mark: " + mark);
        }
        return new Marks(Long.parseLong(mark.substring(1)), apply, identity);
    }

    @Override
    public String toString() {
        return "mark %d by apply %s of %s".formatted(mark, apply, identity);
    }
}
