package dev.mangrove.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Header fields in order; names compare without case. Immutable. */
public final class Headers {
    private static final Headers NONE = new Headers(List.of());
    private final List<Field> fields;

    private record Field(String name, String value) {}

    private Headers(List<Field> fields) {
        this.fields = fields;
    }

    /** No fields. */
    public static Headers none() {
        return NONE;
    }

    /** Collects fields. */
    static Builder builder(int expectedFields) {
        return new Builder(expectedFields);
    }

    /** Fields read from the wire, which the decoder has checked. */
    static final class Builder {
        private final List<Field> fields;

        private Builder(int expectedFields) {
            fields = new ArrayList<>(expectedFields);
        }

        Builder add(String name, String value) {
            fields.add(new Field(name, value));
            return this;
        }

        Headers build() {
            return new Headers(fields);
        }
    }

    /** One field; chain {@link #with} for more. */
    public static Headers of(String name, String value) {
        return NONE.with(name, value);
    }

    /** A copy with one more field. Control characters are refused; what is not Latin-1 is sent as a question mark. */
    public Headers with(String name, String value) {
        requireToken(name);
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < 0x20 && c != '\t') || c == 0x7f) {
                throw new IllegalArgumentException("character " + (int) c + " in the value of header " + name);
            }
        }
        List<Field> more = new ArrayList<>(fields);
        more.add(new Field(name, value));
        return new Headers(List.copyOf(more));
    }

    private static void requireToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c >= 0x7f || "\"(),/:;<=>?@[\\]{}".indexOf(c) >= 0) {
                throw new IllegalArgumentException("not the name of a header: " + name);
            }
        }
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a header without a name");
        }
    }

    /** A copy with the fields of {@code other} after these. */
    public Headers and(Headers other) {
        List<Field> all = new ArrayList<>(fields);
        all.addAll(other.fields);
        return new Headers(List.copyOf(all));
    }

    /** A copy without any field of that name. */
    public Headers without(String name) {
        return new Headers(
                fields.stream().filter(f -> !f.name.equalsIgnoreCase(name)).toList());
    }

    /** The first value of that name. */
    public Optional<String> first(String name) {
        return fields.stream()
                .filter(f -> f.name.equalsIgnoreCase(name))
                .map(Field::value)
                .findFirst();
    }

    /** Every value of that name, in order. */
    public List<String> all(String name) {
        return fields.stream()
                .filter(f -> f.name.equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    /** Visits every field in order. */
    public void forEach(BiConsumer<String, String> visitor) {
        fields.forEach(f -> visitor.accept(f.name, f.value));
    }

    @Override
    public String toString() {
        StringBuilder names = new StringBuilder();
        fields.forEach(f -> names.append(f.name.toLowerCase(Locale.ROOT)).append(' '));
        return "Headers[" + names.toString().strip() + "]";
    }
}
