package io.leasehold.state.schema;

import org.jspecify.annotations.Nullable;

/** Decides whether a service can work on a schema. Pure. */
public final class SchemaDecider {
    private SchemaDecider() {}

    /** How a schema is to a service. */
    public enum Fit {
        /** The one that it was made for. */
        SAME,
        /** A newer version of the service has been here, and this one can go on beside it. */
        NEWER,
        /** A newer version has taken away what this one needs. */
        TOO_NEW,
        /**
         * Migrations are missing, as after a restore of an older backup under a running service.
         */
        TOO_OLD,
        /** There is none. */
        MISSING;

        /** Whether the service can work. */
        public boolean works() {
            return switch (this) {
                case SAME, NEWER -> true;
                case TOO_NEW, TOO_OLD, MISSING -> false;
            };
        }
    }

    /**
     * @param own the newest migration that the service has
     * @param level the newest that was done to the database; null when there is no schema
     * @param floor the newest migration that a service must have to work on it; null when it does
     *     not say
     */
    public static Fit decide(int own, @Nullable Integer level, @Nullable Integer floor) {
        if (level == null) {
            return Fit.MISSING;
        }
        if (level < own) {
            return Fit.TOO_OLD;
        }
        if (floor != null && floor > own) {
            return Fit.TOO_NEW;
        }
        return level > own ? Fit.NEWER : Fit.SAME;
    }
}
