package io.leasehold.provisioner.module;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds blocks that decide where states go, in HCL. It knows as much of the language as is needed
 * to tell a block from a comment, a string, a template or a heredoc; what it cannot read is
 * refused, since it must not be read differently by tofu. Pure.
 */
final class HclScanner {

    private static final Set<String> FORBIDDEN = Set.of("backend", "cloud", "encryption");

    private final String text;
    private int at;
    private int line = 1;

    private HclScanner(String text) {
        this.text = text;
    }

    /** Something in a file that must not be there. */
    record Finding(int line, String what) {}

    /** The source ends inside something, or has a byte that belongs to nothing. */
    private static final class UnreadableException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnreadableException(String message) {
            super(message);
        }
    }

    /** The first thing that must not be there. */
    static Optional<Finding> scan(String text) {
        HclScanner scanner = new HclScanner(text.startsWith("\ufeff") ? text.substring(1) : text);
        try {
            return scanner.findings().stream().findFirst();
        } catch (UnreadableException e) {
            return Optional.of(new Finding(scanner.line, "cannot be read: " + e.getMessage()));
        }
    }

    /**
     * A block head is a line's words before its brace. Blocks of interest are directly inside a
     * top-level {@code terraform} block; at any other depth the words mean something else.
     */
    private List<Finding> findings() {
        List<Finding> found = new ArrayList<>();
        List<String> open = new ArrayList<>();
        String head = "";
        while (at < text.length()) {
            if (comment()) {
                continue;
            }
            char c = text.charAt(at);
            if (c == '\n') {
                line++;
                at++;
                head = "";
            } else if (c == '"') {
                string();
            } else if (c == '<' && heredoc()) {
                head = "";
            } else if (identifierStart(c)) {
                String word = word();
                head = head.isEmpty() ? word : head;
            } else if (c == '{' || c == '[' || c == '(') {
                if (c == '{' && open.equals(List.of("terraform")) && FORBIDDEN.contains(head)) {
                    found.add(new Finding(line, "a terraform " + head + " block"));
                }
                open.add(c == '{' ? head : "");
                head = "";
                at++;
            } else if (c == '}' || c == ']' || c == ')') {
                if (open.isEmpty()) {
                    throw new UnreadableException("closes what was not open");
                }
                open.removeLast();
                head = "";
                at++;
            } else {
                // An operator: what stands before it is no block head.
                if (c != ' ' && c != '\t' && c != '\r') {
                    head = "=";
                }
                at++;
            }
        }
        if (!open.isEmpty()) {
            throw new UnreadableException("a block is not closed");
        }
        return found;
    }

    private boolean comment() {
        if (text.startsWith("#", at) || text.startsWith("//", at)) {
            int end = text.indexOf('\n', at);
            at = end < 0 ? text.length() : end;
            return true;
        }
        if (text.startsWith("/*", at)) {
            int end = text.indexOf("*/", at + 2);
            if (end < 0) {
                throw new UnreadableException("a comment is not closed");
            }
            skipTo(end + 2);
            return true;
        }
        return false;
    }

    private void skipTo(int end) {
        for (; at < end; at++) {
            if (text.charAt(at) == '\n') {
                line++;
            }
        }
    }

    /** From the opening quote past the closing one, through templates and their strings. */
    private void string() {
        at++;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\') {
                at += 2;
            } else if (c == '"') {
                at++;
                return;
            } else if (c == '\n') {
                throw new UnreadableException("a string does not end on its line");
            } else if (!escapedTemplate()
                    && (c == '$' || c == '%')
                    && text.startsWith("{", at + 1)) {
                at += 2;
                template();
            } else {
                at++;
            }
        }
        throw new UnreadableException("a string is not closed");
    }

    /** A doubled sign before a brace stands for itself and begins no template. */
    private boolean escapedTemplate() {
        if (text.startsWith("$${", at) || text.startsWith("%%{", at)) {
            at += 2;
            return true;
        }
        return false;
    }

    /** From behind the opening brace of a template past its closing one. */
    private void template() {
        int depth = 1;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                string();
            } else if (!comment() && !(c == '<' && heredoc())) {
                at++;
                if (c == '\n') {
                    line++;
                } else if (c == '{') {
                    depth++;
                } else if (c == '}' && --depth == 0) {
                    return;
                }
            }
        }
        throw new UnreadableException("a template is not closed");
    }

    /** {@code <<NAME} or {@code <<-NAME} and a line end, up to a line that is only the name. */
    private boolean heredoc() {
        if (!text.startsWith("<<", at)) {
            return false;
        }
        int name = at + (text.startsWith("<<-", at) ? 3 : 2);
        int end = name;
        while (end < text.length() && identifierPart(text.charAt(end))) {
            end++;
        }
        int lineEnd = text.startsWith("\r\n", end) ? end + 1 : end;
        if (end == name || lineEnd >= text.length() || text.charAt(lineEnd) != '\n') {
            return false;
        }
        String marker = text.substring(name, end);
        skipTo(lineEnd + 1);
        boolean startOfLine = true;
        while (at < text.length()) {
            int next = text.indexOf('\n', at);
            int stop = next < 0 ? text.length() : next;
            if (startOfLine && trimmed(text.substring(at, stop)).equals(marker)) {
                // The line end stays: it ends the attribute.
                at = stop;
                return true;
            }
            startOfLine = heredocLine(stop);
        }
        throw new UnreadableException("a heredoc is not closed");
    }

    /** Without what Go takes for space, which is what tofu compares with the marker. */
    private static String trimmed(String line) {
        int from = 0;
        int to = line.length();
        while (from < to && space(line.charAt(from))) {
            from++;
        }
        while (to > from && space(line.charAt(to - 1))) {
            to--;
        }
        return line.substring(from, to);
    }

    private static boolean space(char c) {
        return (c >= '\t' && c <= '\r') || c == '\u0085' || Character.isSpaceChar(c);
    }

    /**
     * One line of a heredoc. A template in it may go on over several; then the rest of its last
     * line is no start of a line, and false is returned.
     */
    private boolean heredocLine(int stop) {
        while (at < stop) {
            char c = text.charAt(at);
            if (!escapedTemplate() && (c == '$' || c == '%') && text.startsWith("{", at + 1)) {
                at += 2;
                template();
                if (at > stop) {
                    return false;
                }
            } else {
                at++;
            }
        }
        if (at < text.length()) {
            at++;
            line++;
        }
        return true;
    }

    private String word() {
        int start = at;
        while (at < text.length() && identifierPart(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private static boolean identifierStart(char c) {
        return Character.isLetter(c) || c == '_' || Character.isSurrogate(c);
    }

    private static boolean identifierPart(char c) {
        return identifierStart(c)
                || Character.isDigit(c)
                || c == '-'
                || Character.getType(c) == Character.NON_SPACING_MARK;
    }
}
