package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateMark;
import io.leasehold.ledger.api.StateVersionView;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.time.temporal.TemporalAccessor;
import org.jspecify.annotations.Nullable;

/** A row of state_version as people see it, without its bytes. */
public final class VersionRow {
    /** What {@link #of} reads. */
    public static final String COLUMNS =
            """
             tenant_id, incarnation, stack, version, lineage, serial, md5, size, kind, run_id, written_by,
             written_at, reason, copy_of, deleted_at, deleted_by, deleted_reason, settled_as, settled_at,
             settled_by, settled_reason
            """;

    private VersionRow() {}

    /** That version. */
    public static StateVersionView of(Tuple row) {
        return new StateVersionView(
                stack(row),
                StateRows.number(row, "version"),
                row.get("lineage", String.class),
                StateRows.number(row, "serial"),
                row.get("md5", String.class),
                StateRows.number(row, "size"),
                row.get("kind", String.class),
                row.get("run_id", String.class),
                row.get("written_by", String.class),
                String.valueOf(time(row, "written_at")),
                row.get("reason", String.class),
                row.get("copy_of", Long.class),
                mark(row, "deleted", "DELETED"),
                mark(row, "settled", row.get("settled_as", String.class)),
                null);
    }

    private static @Nullable StateMark mark(Tuple row, String column, @Nullable String what) {
        Instant at = time(row, column + "_at");
        return what == null || at == null
                ? null
                : new StateMark(
                        what,
                        row.get(column + "_by", String.class),
                        at.toString(),
                        row.get(column + "_reason", String.class));
    }

    /** A point in time; null where the column is. */
    public static @Nullable Instant time(Tuple row, String column) {
        Object at = row.get(column);
        return at == null ? null : Instant.from((TemporalAccessor) at);
    }

    /** The stack that a row is of. */
    public static StackRef stack(Tuple row) {
        return new StackRef(
                row.get("tenant_id", String.class),
                (int) StateRows.number(row, "incarnation"),
                row.get("stack", String.class));
    }
}
