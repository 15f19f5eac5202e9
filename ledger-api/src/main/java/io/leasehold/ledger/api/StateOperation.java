package io.leasehold.ledger.api;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an operator asks tofu to do to what a state says. Nothing that exists is changed by it.
 * Whether the words make sense is checked by whoever takes one from outside.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "verb")
@JsonSubTypes({
    @JsonSubTypes.Type(value = StateOperation.Move.class, name = "mv"),
    @JsonSubTypes.Type(value = StateOperation.Remove.class, name = "rm"),
    @JsonSubTypes.Type(value = StateOperation.Import.class, name = "import")
})
public sealed interface StateOperation {

    /** What stands at one address stands at another: {@code tofu state mv}. */
    record Move(String from, String to) implements StateOperation {}

    /** What stands at these addresses is not managed any more: {@code tofu state rm}. */
    record Remove(List<String> addresses) implements StateOperation {
        /** Takes a copy of the list. */
        public Remove {
            addresses = List.copyOf(addresses);
        }
    }

    /** A thing that exists is managed at an address from now on: {@code tofu import}. */
    record Import(String address, String id) implements StateOperation {}

    /** The words of tofu's command line behind its options. */
    default List<String> arguments() {
        return switch (this) {
            case Move(String from, String to) -> List.of(from, to);
            case Remove(List<String> addresses) -> addresses;
            case Import(String address, String id) -> List.of(address, id);
        };
    }

    /** As people say it. Not for a shell: nothing is quoted. */
    default String words() {
        String verb =
                switch (this) {
                    case Move _ -> "state mv";
                    case Remove _ -> "state rm";
                    case Import _ -> "import";
                };
        return Stream.concat(Stream.of(verb), arguments().stream())
                .collect(Collectors.joining(" "));
    }
}
