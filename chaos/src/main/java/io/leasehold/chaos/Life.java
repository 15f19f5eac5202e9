package io.leasehold.chaos;

/** One life of a tenant id. */
record Life(String tenant, long incarnation) {
    @Override
    public String toString() {
        return tenant + "/" + incarnation;
    }
}
