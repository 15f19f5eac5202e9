package io.leasehold.bench.state;

/**
 * What is to be reached.
 *
 * @param most the number is not to be above the bar; else not below it
 */
record Bar(String what, double wanted, double got, boolean most) {
    static Bar atLeast(String what, double wanted, double got) {
        return new Bar(what, wanted, got, false);
    }

    static Bar atMost(String what, double wanted, double got) {
        return new Bar(what, wanted, got, true);
    }

    boolean met() {
        return most ? got <= wanted : got >= wanted;
    }
}
