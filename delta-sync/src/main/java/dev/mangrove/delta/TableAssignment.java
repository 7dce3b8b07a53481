package dev.mangrove.delta;

import dev.mangrove.delta.codec.SymbolTables;
import dev.mangrove.delta.codec.TableCode;
import dev.mangrove.delta.codec.Update;
import dev.mangrove.delta.format.CodedTables;
import dev.mangrove.delta.format.DeltaFront;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Decides which tensors share frequency tables: those that lose less by it than tables of their own would cost. */
final class TableAssignment {
    private static final int ROUNDS = 3;

    private final List<CodedTables> coded = new ArrayList<>();
    private final List<SymbolTables> expanded = new ArrayList<>();
    private final Map<Update, Integer> indexes = new HashMap<>();

    TableAssignment(List<Update> updates) {
        Map<Integer, List<Update>> byShape = new HashMap<>();
        for (Update update : updates) {
            byShape.computeIfAbsent(update.tableShape(), shape -> new ArrayList<>())
                    .add(update);
        }
        byShape.values().forEach(this::assign);
    }

    List<CodedTables> coded() {
        return coded;
    }

    int indexOf(Update update) {
        return indexes.getOrDefault(update, -1);
    }

    SymbolTables tables(int index) {
        return expanded.get(index);
    }

    private void assign(List<Update> updates) {
        List<Update> sharing = new ArrayList<>(updates);
        Map<Update, TableCode.Coded> own = new HashMap<>();
        for (int round = 0; round < ROUNDS && sharing.size() > 1; round++) {
            TableCode.Coded shared = tablesOf(sharing);
            List<Update> leaving = new ArrayList<>();
            for (Update update : sharing) {
                TableCode.Coded alone = own.computeIfAbsent(update, u -> tablesOf(List.of(u)));
                double saved = shared.tables().bitsFor(update.histogram())
                        - alone.tables().bitsFor(update.histogram());
                if (saved > 8.0 * (alone.bytes().length + 4)) {
                    leaving.add(update);
                }
            }
            sharing.removeAll(leaving);
            if (leaving.isEmpty()) {
                break;
            }
        }
        if (!sharing.isEmpty()) {
            add(sharing, tablesOf(sharing));
        }
        for (Update update : updates) {
            if (!indexes.containsKey(update) && coded.size() < DeltaFront.MAX_TABLES - 64) {
                add(List.of(update), tablesOf(List.of(update)));
            }
        }
        List<Update> left =
                updates.stream().filter(u -> !indexes.containsKey(u)).toList();
        if (!left.isEmpty()) {
            add(left, tablesOf(left));
        }
    }

    private void add(List<Update> users, TableCode.Coded tables) {
        Update any = users.getFirst();
        coded.add(new CodedTables(any.contexts(), any.symbols(), tables.bytes()));
        expanded.add(tables.tables());
        users.forEach(user -> indexes.put(user, coded.size() - 1));
    }

    private static TableCode.Coded tablesOf(List<Update> updates) {
        Update any = updates.getFirst();
        long[] sums = new long[any.histogram().length];
        long largest = 1;
        for (Update update : updates) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += update.histogram()[i];
                largest = Math.max(largest, sums[i]);
            }
        }
        int shift = Math.max(0, 34 - Long.numberOfLeadingZeros(largest));
        int[] histogram = new int[sums.length];
        for (int i = 0; i < sums.length; i++) {
            histogram[i] = (int) (sums[i] == 0 ? 0 : Math.max(1, sums[i] >> shift));
        }
        return TableCode.encode(any.contexts(), any.symbols(), histogram);
    }
}
