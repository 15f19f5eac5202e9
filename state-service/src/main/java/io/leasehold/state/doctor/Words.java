package io.leasehold.state.doctor;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Numbers and lists as people say them. Pure. */
final class Words {
    private static final int SHOWN = 3;

    private Words() {}

    /** The two largest units that matter, such as {@code 3 h 5 min}. */
    static String time(Duration time) {
        if (time.toDays() > 0) {
            return time.toDays() + " d " + time.toHoursPart() + " h";
        }
        if (time.toHours() > 0) {
            return time.toHours() + " h " + time.toMinutesPart() + " min";
        }
        return time.toMinutes() > 0
                ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
                : time.toSeconds() + "." + time.toMillisPart() / 100 + " s";
    }

    /** In MiB or GiB. */
    static String size(long bytes) {
        double mega = bytes / (double) (1 << 20);
        return mega < 1024
                ? String.format(Locale.ROOT, "%.0f MiB", mega)
                : String.format(Locale.ROOT, "%.1f GiB", mega / 1024);
    }

    /** The first three, and how many more there are at least. */
    static String some(List<String> all) {
        String first = String.join(", ", all.subList(0, Math.min(SHOWN, all.size())));
        return all.size() <= SHOWN ? first : first + ", and " + (all.size() - SHOWN) + " more";
    }
}
