package io.leasehold.provisioner.tofu;

import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.LogLine;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Hears both streams of one tofu: masks, parses, keeps what the result needs, tells the listener.
 * It never stops reading, whatever the limits, or tofu would hang on a full pipe. Two threads.
 */
final class StreamCollector {

    private static final int MAX_DIAGNOSTICS = 200;

    /** Before the stacks, of whoever has them printed. */
    private static final Pattern LAST_WORDS = Pattern.compile("runtime: |fatal error: ");

    private static final int LINE_LIMIT = 8 * 1024;

    /** Of what {@code show} prints, which is not a stream but one document. */
    private static final int DOCUMENT_LIMIT = 128 << 20;

    private final Masker masker;
    private final EventParser parser;
    private final TofuListener listener;
    private final Clock clock;
    private final int logLimit;
    private final boolean document;
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final LineReader stdout = new LineReader(this::line);
    private final LineReader stderr = new LineReader(this::complaint);
    private final List<Diagnostic> diagnostics = new ArrayList<>();
    private Optional<String> lastWords = Optional.empty();
    private Delta delta = Delta.NONE;
    private long seq;
    private long dropped;

    /**
     * @param document true when stdout is one document to be kept and not to be shown
     */
    StreamCollector(
            Masker masker, TofuListener listener, Clock clock, int logLimit, boolean document) {
        this.masker = masker;
        this.parser = new EventParser(masker);
        this.listener = listener;
        this.clock = clock;
        this.logLimit = logLimit;
        this.document = document;
    }

    void stdout(byte[] piece) {
        if (document) {
            shown.write(piece, 0, Math.min(piece.length, DOCUMENT_LIMIT - shown.size()));
        } else {
            stdout.add(piece);
        }
    }

    void stderr(byte[] piece) {
        stderr.add(piece);
    }

    /** After both streams have ended. */
    void end() {
        stdout.end();
        stderr.end();
        synchronized (this) {
            if (dropped > 0) {
                say(dropped + " more lines were read and not kept");
            }
        }
    }

    /** Adds a line of the worker's own. */
    synchronized void say(String text) {
        tell(new TofuEvent.Text(text), "worker");
    }

    /** What tofu itself says, if it says anything here: what it runs prints to its stdout. */
    private synchronized void complaint(String raw) {
        if (lastWords.isEmpty() && LAST_WORDS.matcher(raw).lookingAt()) {
            lastWords = Optional.of(cut(parser.parse(raw).text()));
        }
        line(raw);
    }

    private synchronized void line(String raw) {
        if (raw.isBlank()) {
            return;
        }
        TofuEvent event = parser.parse(raw);
        boolean kept = event instanceof TofuEvent.Reported && diagnostics.size() < MAX_DIAGNOSTICS;
        if (kept && event instanceof TofuEvent.Reported(Diagnostic diagnostic)) {
            diagnostics.add(cut(diagnostic));
        }
        if (event instanceof TofuEvent.Summary(_, Delta changes, _)) {
            delta = changes;
        }
        // Errors come last, after all that a module may have said; but it makes errors too.
        if (seq >= logLimit && !kept) {
            dropped++;
            return;
        }
        tell(event, type(event));
    }

    private void tell(TofuEvent event, String type) {
        listener.onEvent(event, new LogLine(++seq, clock.millis(), type, cut(event.text())));
    }

    /** A module decides how long its words are, and two hundred of them are kept. */
    private static Diagnostic cut(Diagnostic whole) {
        return new Diagnostic(
                whole.severity(),
                cut(whole.summary()),
                cut(whole.detail()),
                whole.address().map(StreamCollector::cut));
    }

    private static String cut(String text) {
        return text.length() > LINE_LIMIT ? text.substring(0, LINE_LIMIT) : text;
    }

    private static String type(TofuEvent event) {
        return switch (event) {
            case TofuEvent.Version _ -> "version";
            case TofuEvent.Reported _ -> "diagnostic";
            case TofuEvent.PlannedChange _ -> "planned_change";
            case TofuEvent.ResourceDrift _ -> "resource_drift";
            case TofuEvent.Summary _ -> "change_summary";
            case TofuEvent.Progress _ -> "progress";
            case TofuEvent.Outputs _ -> "outputs";
            case TofuEvent.Printed _ -> "provision_progress";
            case TofuEvent.Other(String other, _) -> other.isEmpty() ? "text" : other;
            case TofuEvent.Text _ -> "text";
        };
    }

    /** Masked once more: what a run makes is known as a secret only when its state is written. */
    synchronized List<Diagnostic> diagnostics() {
        return diagnostics.stream().map(this::masked).toList();
    }

    /** What a tofu whose runtime gave up said last, as an error of which tofu says nothing. */
    synchronized Optional<Diagnostic> crash() {
        return lastWords.map(words ->
                new Diagnostic(
                        Diagnostic.Severity.ERROR,
                        Diagnostic.CRASH,
                        masked(words),
                        Optional.empty()));
    }

    private Diagnostic masked(Diagnostic diagnostic) {
        return new Diagnostic(
                diagnostic.severity(),
                masked(diagnostic.summary()),
                masked(diagnostic.detail()),
                diagnostic.address());
    }

    private String masked(String text) {
        return text.length() < LINE_LIMIT ? masker.mask(text) : masker.maskCut(text);
    }

    synchronized Delta delta() {
        return delta;
    }

    byte[] shown() {
        return shown.toByteArray();
    }
}
