package dev.mangrove.e2e;

import java.util.ArrayList;
import java.util.List;

/**
 * Catalog, region and agent as three processes on free ports, the agent behind the region and the region behind the
 * catalog. Between them lie links that a test can cut and that count what went over them.
 */
final class Mangrove implements Faces {
    private final TestFolder folder = TestFolder.create();
    private final List<AutoCloseable> started = new ArrayList<>();
    private final MangroveProcess catalog;
    private final FaultProxy backbone;
    private final MangroveProcess region;
    private final FaultProxy wan;
    private final MangroveProcess agent;

    private Mangrove(String[] regionSettings, String[] agentSettings) {
        try {
            catalog = add(MangroveProcess.start("catalog", folder.folder("catalog")));
            backbone = add(FaultProxy.inFrontOf(catalog.port()));
            region =
                    add(MangroveProcess.start("region", folder.folder("region"), withParent(backbone, regionSettings)));
            wan = add(FaultProxy.inFrontOf(region.port()));
            agent = add(MangroveProcess.start("agent", folder.folder("agent"), withParent(wan, agentSettings)));
        } catch (RuntimeException | AssertionError e) {
            close();
            throw e;
        }
    }

    static Mangrove start() {
        return new Mangrove(new String[0], new String[0]);
    }

    /** With more settings: whole lines of YAML. */
    static Mangrove start(List<String> regionSettings, List<String> agentSettings) {
        return new Mangrove(regionSettings.toArray(String[]::new), agentSettings.toArray(String[]::new));
    }

    private static String[] withParent(FaultProxy link, String[] settings) {
        List<String> lines = new ArrayList<>(List.of("parents:", "  - url: " + link.url()));
        lines.addAll(List.of(settings));
        return lines.toArray(String[]::new);
    }

    private <T extends AutoCloseable> T add(T part) {
        started.addFirst(part);
        return part;
    }

    MangroveProcess catalog() {
        return catalog;
    }

    MangroveProcess region() {
        return region;
    }

    MangroveProcess agent() {
        return agent;
    }

    /** From the region to the catalog. */
    FaultProxy backbone() {
        return backbone;
    }

    /** From the agent to the region. */
    FaultProxy wan() {
        return wan;
    }

    @Override
    public List<Face> all() {
        return List.of(catalog.face(), region.face(), agent.face());
    }

    @Override
    public void close() {
        for (AutoCloseable part : started) {
            try {
                part.close();
            } catch (Exception e) {
                System.out.println("cannot close " + part + ": " + e);
            }
        }
        folder.close();
    }
}
