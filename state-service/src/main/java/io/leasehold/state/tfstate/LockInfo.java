package io.leasehold.state.tfstate;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** The document by which tofu locks, and which it shows to whoever finds the stack held. */
@JsonIgnoreProperties(ignoreUnknown = true)
record LockInfo(
        @JsonProperty("ID") @Nullable String id,
        @JsonProperty("Operation") @Nullable String operation,
        @JsonProperty("Info") @Nullable String info,
        @JsonProperty("Who") @Nullable String who,
        @JsonProperty("Version") @Nullable String version,
        @JsonProperty("Created") @Nullable String created,
        @JsonProperty("Path") @Nullable String path) {

    /** One that is to be kept, with its id. */
    record Written(String id, String document) {}

    /** Longest lock id that is taken; tofu's own are 36 characters. */
    private static final int MAX_ID = 200;

    boolean hasId() {
        return id != null && !id.isBlank() && id.length() <= MAX_ID && id.indexOf('\0') < 0;
    }

    /** True for what force-unlock sends: an id and nothing else. */
    boolean onlyId() {
        return operation == null || operation.isEmpty();
    }

    /**
     * What people see of a run's lease. The run id stands for it: the lease id is the right itself
     * and shown to nobody.
     */
    static LockInfo ofRun(@Nullable String runId, String worker, String since, String path) {
        String run = runId == null ? "unknown" : runId;
        return new LockInfo(
                run,
                "run",
                "A run of Leasehold works on this stack; it ends by itself",
                "worker " + worker + ", run " + run,
                "",
                since,
                path);
    }
}
