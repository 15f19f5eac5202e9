package io.leasehold.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

    private static List<String> printed(Table table, int screen) {
        StringWriter out = new StringWriter();
        table.print(new PrintWriter(out), screen);
        return out.toString().lines().toList();
    }

    @Test
    void columns_are_as_wide_as_their_widest_cell_and_lines_have_no_blanks_at_their_end() {
        Table table = new Table("A", "LONGER", "C").row("first", 1, null).row("2", "x", "y");

        assertThat(printed(table, 0))
                .containsExactly("A      LONGER  C", "first  1       -", "2      x       y");
    }

    @Test
    void a_row_is_one_line_whatever_is_in_it() {
        assertThat(printed(new Table("A", "B").row("a\nb\u001b[2J", "c\r\td"), 0))
                .containsExactly("A        B", "a b [2J  c d");
    }

    @Test
    void words_that_do_not_fit_the_screen_go_on_below_themselves() {
        Table table = new Table("STACK", "WHY").row("db", "one two three four five six seven");

        assertThat(printed(table, 32))
                .containsExactly(
                        "STACK  WHY", "db     one two three four five", "       six seven");
    }

    @Test
    void a_word_longer_than_the_screen_is_broken() {
        Table table = new Table("S", "WHY").row("d", "x".repeat(30));

        assertThat(printed(table, 28))
                .containsExactly("S  WHY", "d  " + "x".repeat(25), "   " + "x".repeat(5));
    }

    @Test
    void without_a_screen_or_on_a_tiny_one_nothing_is_folded() {
        String words = "word ".repeat(50).strip();
        Table table = new Table("STACK", "WHY").row("db", words);

        assertThat(printed(table, 0)).hasSize(2).last().asString().endsWith(words);
        assertThat(printed(table, 20)).hasSize(2);
    }

    @Test
    void a_table_of_headings_is_empty() {
        assertThat(new Table("A").isEmpty()).isTrue();
        assertThat(new Table("A").row("x").isEmpty()).isFalse();
    }

    @Test
    void a_row_has_a_cell_for_each_heading() {
        assertThatThrownBy(() -> new Table("A", "B").row("only one"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
