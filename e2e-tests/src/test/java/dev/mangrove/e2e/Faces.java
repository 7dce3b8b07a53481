package dev.mangrove.e2e;

import java.util.List;

/**
 * What the table of clients is made against. The first face is the authority: what is pushed anywhere must be found there.
 *
 * <p>{@code -Dmangrove.e2e.against=catalog} leaves region and agent out. {@code -Dmangrove.e2e.against=distribution} takes
 * distribution 3 in place of Mangrove: it is how to tell, when a cell fails, whether the client or the test can do it at all.
 */
interface Faces extends AutoCloseable {
    String CONTROL = "distribution 3";

    List<Face> all();

    default Face authority() {
        return all().getFirst();
    }

    @Override
    void close();

    /** The names of {@link #all}, before anything is started. */
    static List<String> names() {
        return switch (System.getProperty("mangrove.e2e.against", "")) {
            case "distribution" -> List.of(CONTROL);
            case "catalog" -> List.of("catalog");
            default -> List.of("catalog", "region", "agent");
        };
    }

    static boolean areControl() {
        return names().contains(CONTROL);
    }

    static Faces start() {
        return switch (names().getLast()) {
            case CONTROL -> {
                ForeignRegistry registry = ForeignRegistry.distribution3();
                yield new One(new Face(CONTROL, registry.port(), () -> 0), registry);
            }
            case "catalog" -> {
                TestFolder folder = TestFolder.create();
                MangroveProcess catalog = MangroveProcess.start("catalog", folder.folder("catalog"));
                yield new One(catalog.face(), () -> {
                    catalog.close();
                    folder.close();
                });
            }
            default -> Mangrove.start();
        };
    }

    /** One registry alone. */
    record One(Face face, AutoCloseable process) implements Faces {
        @Override
        public List<Face> all() {
            return List.of(face);
        }

        @Override
        public void close() {
            try {
                process.close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot stop " + face, e);
            }
        }
    }
}
