package io.leasehold.state.sealing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Looks for a word wherever a thief of the database could: in its files, its WAL, its dump. */
final class DatabaseSearch {
    private final Connection database;
    private final Path data;

    DatabaseSearch(Connection database) throws SQLException {
        this.database = database;
        this.data = Path.of(text("show data_directory"));
    }

    /** All that is in memory is in the files. */
    void checkpoint() throws SQLException {
        execute("checkpoint");
    }

    /** The files with tables and indexes that hold the word in any of its forms. */
    List<Path> tableFiles(String word) throws IOException {
        return files(data.resolve("base"), word);
    }

    /** The segments of the WAL that do. */
    List<Path> walFiles(String word) throws IOException {
        return files(data.resolve("pg_wal"), word);
    }

    /** Everything else of the cluster that does, its log beside it too. */
    List<Path> allFiles(String word) throws IOException {
        return files(data.resolve(".."), word);
    }

    private static List<Path> files(Path folder, String word) throws IOException {
        List<String> forms = forms(word);
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).filter(file -> holds(file, forms)).toList();
        }
    }

    /**
     * The tables of the rows that hold the word in any of its forms when they are written as text.
     */
    List<String> dumpedTables(String word) throws SQLException {
        List<String> forms = forms(word);
        List<String> found = new ArrayList<>();
        for (String table : tables()) {
            try (Statement statement = database.createStatement();
                    ResultSet rows =
                            statement.executeQuery("select cast(t as text) from " + table + " t")) {
                while (rows.next()) {
                    if (holds(rows.getBytes(1), forms)) {
                        found.add(table);
                    }
                }
            }
        }
        return found;
    }

    /** As text, as the hexadecimal digits of a dump, and as Base64 at each of its three offsets. */
    static List<String> forms(String word) {
        byte[] bytes = word.getBytes(UTF_8);
        List<String> forms = new ArrayList<>(List.of(word, HexFormat.of().formatHex(bytes)));
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + bytes.length];
            System.arraycopy(bytes, 0, shifted, before, bytes.length);
            String base64 = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            // The first and last digits depend on what stands around.
            forms.add(base64.substring(before + 1, base64.length() - 2));
        }
        return forms;
    }

    static boolean holds(byte[] bytes, List<String> forms) {
        String text = new String(bytes, ISO_8859_1);
        return forms.stream().anyMatch(text::contains);
    }

    private static boolean holds(Path file, List<String> forms) {
        try {
            return holds(Files.readAllBytes(file), forms);
        } catch (NoSuchFileException _) {
            // The server deletes files as it goes.
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> tables() throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "select tablename from pg_tables where schemaname = 'public'")) {
            List<String> tables = new ArrayList<>();
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
            return tables;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute(sql);
        }
    }

    String text(String query) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
