package dev.mangrove.content.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mangrove.oci.ByteRange;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class CoverageTest {
    private static final int SIZE = 5 * Leaf.SIZE_BYTES + 1000;

    /** Adds a range as a fill does: leaf by leaf, only what is missing. */
    private static void add(Coverage coverage, long from, long to) {
        long at = from;
        while (at < to) {
            long leafEnd = Math.min(to, Leaf.range(Leaf.of(at), SIZE).end());
            long missing = Math.min(leafEnd, coverage.firstMissing(at));
            long present = Math.min(leafEnd, coverage.firstPresent(missing));
            if (present > missing) {
                coverage.addInsideLeaf(new ByteRange(missing, present - missing));
            }
            at = present;
        }
    }

    @Property(tries = 300)
    void itAgreesWithASetOfBytes(@ForAll @Size(max = 40) List<@IntRange(min = 0, max = SIZE - 1) Integer> ends) {
        Coverage coverage = new Coverage(SIZE);
        BitSet model = new BitSet();
        for (int i = 0; i + 1 < ends.size(); i += 2) {
            int from = Math.min(ends.get(i), ends.get(i + 1));
            int to = Math.max(ends.get(i), ends.get(i + 1)) + 1;
            add(coverage, from, to);
            model.set(from, to);
        }
        assertEquals(model.cardinality(), coverage.presentBytes());
        assertEquals(model.cardinality() == SIZE, coverage.isComplete());
        for (int probe : ends) {
            assertEquals(Math.min(SIZE, model.nextClearBit(probe)), coverage.firstMissing(probe));
            int present = model.nextSetBit(probe);
            assertEquals(present < 0 ? SIZE : present, coverage.firstPresent(probe));
            assertEquals(model.get(probe), coverage.has(probe));
        }
    }
}
