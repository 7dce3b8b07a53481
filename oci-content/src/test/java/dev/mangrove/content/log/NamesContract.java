package dev.mangrove.content.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.MovableClock;
import dev.mangrove.content.log.NameRecord.BlobLinked;
import dev.mangrove.content.log.NameRecord.BlobUnlinked;
import dev.mangrove.content.log.NameRecord.Leased;
import dev.mangrove.content.log.NameRecord.ManifestLinked;
import dev.mangrove.content.log.NameRecord.ManifestUnlinked;
import dev.mangrove.content.log.NameRecord.Pinned;
import dev.mangrove.content.log.NameRecord.Released;
import dev.mangrove.content.log.NameRecord.TagMoved;
import dev.mangrove.content.log.NameRecord.TagRemoved;
import dev.mangrove.content.log.NameRecord.Unpinned;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.MediaType;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every {@link Names} must do. */
public abstract class NamesContract {
    protected static final Location DETECTOR = Location.parse("acme/detector");
    protected static final Location ALPINE = Location.parse("docker.io/library/alpine");

    protected final MovableClock clock = new MovableClock();

    /** Empty names; the subclass closes them after the test. */
    protected abstract Names names() throws IOException;

    /** Called before every look at what was appended: a subclass may close the names and open them again. */
    protected void settle() throws IOException {}

    protected static Digest digest(String of) {
        return Digest.ofBytes(Algorithm.SHA256, of.getBytes(StandardCharsets.UTF_8));
    }

    private void append(NameRecord... records) throws IOException {
        names().append(List.of(records));
    }

    protected final TagMoved moved(Location repository, String tag, String manifest) {
        return new TagMoved(repository, new Tag(tag), digest(manifest), clock.instant(), "ann");
    }

    protected final ManifestLinked linked(Location repository, String manifest, Optional<String> subject) {
        return new ManifestLinked(
                repository,
                digest(manifest),
                MediaType.OCI_MANIFEST,
                123,
                subject.map(NamesContract::digest),
                Optional.of("application/x"),
                Map.of("a", "b"),
                List.of(digest("config"), digest("layer")),
                clock.instant());
    }

    private BlobLinked blob(Location repository, String blob) {
        return new BlobLinked(repository, digest(blob), 7, clock.instant());
    }

    @Test
    void aTagMeansWhatItWasMovedToLast() throws IOException {
        append(moved(DETECTOR, "v1", "one"), moved(ALPINE, "v1", "other"));
        append(moved(DETECTOR, "v1", "two"));
        settle();
        assertEquals(
                digest("two"),
                names().tag(DETECTOR, new Tag("v1")).orElseThrow().manifest());
        assertEquals(
                digest("other"),
                names().tag(ALPINE, new Tag("v1")).orElseThrow().manifest());
        assertTrue(names().tag(DETECTOR, new Tag("v2")).isEmpty());
        assertEquals(List.of(), names().tagsOf(DETECTOR, digest("one"), 10));
        assertEquals(List.of(new Tag("v1")), names().tagsOf(DETECTOR, digest("two"), 10));
    }

    @Test
    void tagsComeInAsciiOrderPageByPage() throws IOException {
        for (String tag : List.of("b", "a", "Z", "_x", "a.1", "a-1", "10", "9")) {
            append(moved(DETECTOR, tag, "m"));
        }
        append(moved(Location.parse("acme/detector2"), "no", "m"), moved(Location.parse("acme/detecto"), "no", "m"));
        settle();
        List<String> expected = List.of("10", "9", "Z", "_x", "a", "a-1", "a.1", "b");
        List<String> paged = new ArrayList<>();
        Optional<String> last = Optional.empty();
        for (List<Tag> page = names().tags(DETECTOR, last, 3);
                !page.isEmpty();
                page = names().tags(DETECTOR, last, 3)) {
            page.forEach(tag -> paged.add(tag.value()));
            last = Optional.of(page.getLast().value());
        }
        assertEquals(expected, paged);
        assertEquals(List.of(new Tag("b")), names().tags(DETECTOR, Optional.of("axxx"), 10));
        assertEquals(List.of(), names().tags(DETECTOR, Optional.empty(), 0));
    }

    @Test
    void aRemovedTagIsGoneAndItsManifestStays() throws IOException {
        append(linked(DETECTOR, "m", Optional.empty()), moved(DETECTOR, "v1", "m"));
        append(new TagRemoved(DETECTOR, new Tag("v1"), clock.instant(), "ann"));
        append(new TagRemoved(DETECTOR, new Tag("never"), clock.instant(), "ann"));
        settle();
        assertTrue(names().tag(DETECTOR, new Tag("v1")).isEmpty());
        assertTrue(names().manifest(DETECTOR, digest("m")).isPresent());
    }

    @Test
    void aLinkIsReadBackAsItWasWritten() throws IOException {
        ManifestLinked manifest = linked(DETECTOR, "m", Optional.of("s"));
        BlobLinked blob = blob(DETECTOR, "b");
        append(manifest, blob);
        settle();
        assertEquals(Optional.of(manifest), names().manifest(DETECTOR, digest("m")));
        assertEquals(Optional.of(blob), names().blob(DETECTOR, digest("b")));
        assertTrue(names().manifest(ALPINE, digest("m")).isEmpty());
        assertTrue(names().blob(ALPINE, digest("b")).isEmpty());
    }

    @Test
    void anUnlinkedManifestTakesItsTagsAndItsPlaceAmongTheReferrersAlong() throws IOException {
        append(linked(DETECTOR, "m", Optional.of("s")), linked(DETECTOR, "n", Optional.empty()));
        append(moved(DETECTOR, "v1", "m"), moved(DETECTOR, "v2", "m"), moved(DETECTOR, "v3", "n"));
        append(new ManifestUnlinked(DETECTOR, digest("m"), clock.instant()));
        settle();
        assertEquals(List.of(new Tag("v3")), names().tags(DETECTOR, Optional.empty(), 10));
        assertEquals(List.of(), names().referrers(DETECTOR, digest("s")));
        assertTrue(names().manifest(DETECTOR, digest("m")).isEmpty());
        assertEquals(1, names().manifests(DETECTOR, 10).size());
    }

    @Test
    void referrersComeOldestFirstAndKeepTheirPlaceWhenLinkedAgain() throws IOException {
        for (String manifest : List.of("c", "a", "b")) {
            append(linked(DETECTOR, manifest, Optional.of("s")));
            clock.pass(Duration.ofSeconds(1));
        }
        append(linked(DETECTOR, "c", Optional.of("s")), linked(ALPINE, "x", Optional.of("s")));
        settle();
        assertEquals(
                List.of(digest("c"), digest("a"), digest("b")),
                names().referrers(DETECTOR, digest("s")).stream()
                        .map(ManifestLinked::manifest)
                        .toList());
        assertEquals(List.of(), names().referrers(DETECTOR, digest("t")));
    }

    @Test
    void aRepositoryExistsWhileItHasAnything() throws IOException {
        assertFalse(names().exists(DETECTOR));
        append(blob(DETECTOR, "b"), linked(ALPINE, "m", Optional.empty()), moved(DETECTOR, "v1", "m"));
        settle();
        assertEquals(List.of(DETECTOR, ALPINE), names().repositories(Optional.empty(), 10));
        assertEquals(List.of(DETECTOR), names().repositories(Optional.empty(), 1));
        assertEquals(List.of(ALPINE), names().repositories(Optional.of("acme/detector"), 10));
        append(new BlobUnlinked(DETECTOR, digest("b"), clock.instant()));
        settle();
        assertTrue(names().exists(DETECTOR));
        append(new TagRemoved(DETECTOR, new Tag("v1"), clock.instant(), "ann"));
        append(new ManifestUnlinked(ALPINE, digest("m"), clock.instant()));
        settle();
        assertFalse(names().exists(DETECTOR));
        assertEquals(List.of(), names().repositories(Optional.empty(), 10));
    }

    @Test
    void aDigestIsLiveWhileALinkALeaseOrAPinNamesIt() throws IOException {
        append(blob(DETECTOR, "b"), blob(ALPINE, "b"));
        append(new Leased(DETECTOR, digest("leased"), clock.instant().plusSeconds(60)));
        append(new Pinned(DETECTOR, digest("pinned"), Optional.empty()));
        append(new Pinned(ALPINE, digest("briefly"), Optional.of(clock.instant().plusSeconds(60))));
        settle();
        assertEquals(List.of(DETECTOR, ALPINE), names().linksOf(digest("b"), 10));
        assertEquals(List.of(DETECTOR), names().linksOf(digest("b"), 1));
        assertEquals(List.of(), names().linksOf(digest("leased"), 10));
        for (String live : List.of("b", "leased", "pinned", "briefly")) {
            assertTrue(names().isLive(digest(live)), live);
        }
        assertFalse(names().isLive(digest("stranger")));
        assertTrue(names().isHeld(DETECTOR, digest("leased")));
        assertFalse(names().isHeld(ALPINE, digest("leased")));
        assertFalse(names().isHeld(DETECTOR, digest("b")));
        clock.pass(Duration.ofSeconds(60));
        append(new BlobUnlinked(DETECTOR, digest("b"), clock.instant()));
        settle();
        assertTrue(names().isLive(digest("b")));
        assertFalse(names().isLive(digest("leased")));
        assertFalse(names().isLive(digest("briefly")));
        append(new BlobUnlinked(ALPINE, digest("b"), clock.instant()), new Unpinned(DETECTOR, digest("pinned")));
        settle();
        assertFalse(names().isLive(digest("b")));
        assertFalse(names().isLive(digest("pinned")));
    }

    @Test
    void releasesComeNewestFirst() throws IOException {
        for (long sequence : new long[] {1, 3, 2, 200}) {
            append(new Released(DETECTOR, sequence, digest("m" + sequence), Optional.empty(), clock.instant(), "ann"));
        }
        settle();
        assertEquals(
                List.of(200L, 3L, 2L),
                names().releases(DETECTOR, 3).stream().map(Released::sequence).toList());
    }

    @Test
    void manifestsAndBlobsArePagedByDigest() throws IOException {
        for (int i = 0; i < 25; i++) {
            append(linked(DETECTOR, "m" + i, Optional.empty()), blob(DETECTOR, "b" + i));
        }
        settle();
        List<Digest> manifests = new ArrayList<>();
        Optional<Digest> after = Optional.empty();
        List<ManifestLinked> page = names().manifests(DETECTOR, after, 10);
        while (!page.isEmpty()) {
            page.forEach(one -> manifests.add(one.manifest()));
            page = names().manifests(DETECTOR, Optional.of(manifests.getLast()), 10);
        }
        assertEquals(25, manifests.size());
        assertEquals(
                manifests.stream()
                        .sorted(java.util.Comparator.comparing(Digest::hex))
                        .toList(),
                manifests);
        List<BlobLinked> blobs = names().blobs(DETECTOR, Optional.empty(), 10);
        assertEquals(10, blobs.size());
        assertEquals(
                15,
                names().blobs(DETECTOR, Optional.of(blobs.getLast().blob()), 100)
                        .size());
    }

    @Test
    void manyThreadsAppendAndEachSeesItsOwn() throws Exception {
        int threads = 16;
        int each = 50;
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                Location repository = Location.parse("team" + thread + "/model");
                running.add(executor.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        append(linked(repository, "m" + i, Optional.empty()), moved(repository, "latest", "m" + i));
                        assertEquals(
                                digest("m" + i),
                                names().tag(repository, new Tag("latest"))
                                        .orElseThrow()
                                        .manifest());
                    }
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
        settle();
        assertEquals(threads, names().repositories(Optional.empty(), 1000).size());
        for (int thread = 0; thread < threads; thread++) {
            Location repository = Location.parse("team" + thread + "/model");
            assertEquals(each, names().manifests(repository, 1000).size());
        }
    }
}
