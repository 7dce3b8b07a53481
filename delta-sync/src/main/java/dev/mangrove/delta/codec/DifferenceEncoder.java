package dev.mangrove.delta.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Encodes pieces of ordered-integer differences into the streams of one segment; the mirror of
 * {@link DifferenceDecoder}.
 */
public final class DifferenceEncoder {
    private static final int CHUNK = DifferenceDecoder.CHUNK;

    private record Run(SymbolTables tables, int from, int length) {}

    private final BinaryEncoder side = new BinaryEncoder();
    private final RawBitWriter extra = new RawBitWriter();
    private final List<Run> runs = new ArrayList<>();
    private int[] positions = new int[1 << 16];
    private int coded;

    private final int[] bits = new int[CHUNK];
    private final int[] wanted = new int[CHUNK];
    private final int[] contexts = new int[CHUNK];
    private final int[] predictions = new int[CHUNK];
    private final int[] residuals = new int[CHUNK];
    private final int[] places = new int[CHUNK];
    private final Workspace work = new Workspace();
    private final int[] left = new int[Sketch.MAX_RANK];

    /** The coder of side information, for other modes of the same segment. */
    public BinaryEncoder side() {
        return side;
    }

    /** Encodes one piece; the arguments are those of the decoder, plus what the encoder knows about the rows. */
    public void encode(
            DifferenceModel model,
            RowScales scales,
            SymbolTables tables,
            Piece piece,
            RowFacts facts,
            byte[] base,
            int baseAt,
            byte[] target,
            int targetAt) {
        int from = coded;
        RowCode rows = new RowCode(scales);
        Sketch sketch = model.sketch();
        int rank = sketch == null ? 0 : sketch.rank();
        int size = model.layout().bytes();
        for (int element = 0; element < piece.count(); ) {
            int run = piece.runFrom(element);
            int row = Math.toIntExact(piece.rowOf(element));
            int rowClass = scales.start();
            if (scales.coded()) {
                rows.encodeTouched(side, facts.isTouched(row));
                if (!facts.isTouched(row)) {
                    element += run;
                    continue;
                }
                rowClass = facts.classOf(row);
                rows.encodeClass(side, rowClass);
            }
            if (rank > 0) {
                rows.encodeLeft(side, facts.left(), row * rank, rank);
                facts.copyLeft(row, rank, left);
            }
            for (int end = element + run; element < end; ) {
                int part = Math.min(end - element, CHUNK);
                model.layout().load(base, baseAt + element * size, bits, 0, part);
                model.layout().load(target, targetAt + element * size, wanted, 0, part);
                model.fill(bits, 0, part, rowClass, work, left, piece.columnOf(element), contexts, predictions);
                put(model.layout(), tables.symbols(), part);
                element += part;
            }
        }
        runs.add(new Run(tables, from, coded - from));
    }

    /** Encodes a piece of blocks. */
    public void encodeBlocks(
            BlockModel model, SymbolTables tables, byte[] base, int baseAt, byte[] target, int targetAt, int blocks) {
        new BlockEncoder(model).run(base, baseAt, target, targetAt, blocks, (blockContexts, residuals, count) -> {
            int from = coded;
            ensure(count);
            for (int i = 0; i < count; i++) {
                put(residuals[i], blockContexts[i], tables.symbols());
            }
            runs.add(new Run(tables, from, count));
        });
    }

    private void put(ElementLayout layout, int symbols, int count) {
        ensure(count);
        layout.residuals(bits, wanted, predictions, residuals, count);
        int wide = 0;
        int[] out = positions;
        int at = coded;
        for (int i = 0; i < count; i++) {
            int symbol = MagnitudeCode.symbolOf(residuals[i]);
            out[at + i] = contexts[i] * symbols + symbol;
            places[wide] = i;
            wide += MagnitudeCode.hasExtraBits(symbol);
        }
        coded += count;
        for (int i = 0; i < wide; i++) {
            int residual = residuals[places[i]];
            int extraBits = MagnitudeCode.extraBits(MagnitudeCode.symbolOf(residual));
            extra.write(MagnitudeCode.extraOf(residual, extraBits), extraBits);
        }
    }

    private void put(int residual, int context, int symbols) {
        int symbol = MagnitudeCode.symbolOf(residual);
        int extraBits = MagnitudeCode.extraBits(symbol);
        if (extraBits > 0) {
            extra.write(MagnitudeCode.extraOf(residual, extraBits), extraBits);
        }
        positions[coded++] = context * symbols + symbol;
    }

    private void ensure(int count) {
        if (coded + count > positions.length) {
            positions = Arrays.copyOf(positions, Math.max(positions.length * 2, coded + count));
        }
    }

    /** Ends the symbols; empty if no element was coded. */
    public byte[] finishSymbols() {
        if (coded == 0) {
            return new byte[0];
        }
        RansEncoder out = new RansEncoder();
        for (Run run : runs.reversed()) {
            out.push(run.tables(), positions, run.from(), run.length());
        }
        return out.finish();
    }

    /** Ends the raw bits. */
    public byte[] finishExtra() {
        return extra.finish();
    }
}
