package dev.mangrove.e2e;

import java.util.List;

/**
 * What the table of clients is made against. The first face is the authority: what is pushed anywhere must be found there.
 *
 * <p>{@code -Dmangrove.e2e.against=distribution} takes distribution 3 in place of Mangrove. It is how to tell, when a cell
 * fails, whether the client or the test can do it at all.
 */
interface Faces extends AutoCloseable {
    List<Face> all();

    default Face authority() {
        return all().getFirst();
    }

    @Override
    void close();

    static Faces start() {
        return "distribution".equals(System.getProperty("mangrove.e2e.against"))
                ? new Distribution(ForeignRegistry.distribution3())
                : Mangrove.start();
    }

    /** The control: one foreign registry, which tells nothing about bytes. */
    record Distribution(ForeignRegistry registry) implements Faces {
        @Override
        public List<Face> all() {
            return List.of(new Face("distribution 3", registry.port(), () -> 0));
        }

        @Override
        public void close() {
            registry.close();
        }
    }
}
