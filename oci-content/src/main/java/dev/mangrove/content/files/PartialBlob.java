package dev.mangrove.content.files;

import dev.mangrove.content.CommitOutcome;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A share in a blob that is being filled. The filler writes ranges in any order, readers block until their bytes are
 * there. Safe for any thread; {@link #close()} lets go of this share only.
 *
 * <p>Life: {@code join} -> one caller wins {@link #startFill()} and writes until {@link #firstMissing} says the size ->
 * {@link #commit()}. If the filler cannot go on, {@link #stopFill(IOException)}: the bytes stay, waiting readers get the
 * error, and the next caller of {@code startFill} resumes. Wrong bytes end in {@link #discard(IOException)} (or in a
 * {@code commit} that fails): everything is thrown away and every reader gets the error.
 *
 * <pre>{@code
 * try (PartialBlob partial = partials.join(digest, size)) {
 *     if (partial.startFill()) {
 *         threads.start(() -> fill(partials.join(digest, size)));   // with a share of its own
 *     }
 *     try (PartialRead read = partial.read(range)) { ... }
 * }
 *
 * void fill(PartialBlob partial) {                                  // virtual thread, outlives its readers
 *     try (partial) {
 *         Optional<ByteRange> gap;
 *         while ((gap = partial.nextGap()).isPresent()) {
 *             ... open upstream at gap.offset(), partial.write(position, buffer) until the gap is full,
 *                 or partial.nextGap() points elsewhere because a reader waits there
 *         }
 *         partial.commit();
 *     } catch (IOException e) {
 *         partial.stopFill(e);                                      // before close
 *     }
 * }
 * }</pre>
 */
public interface PartialBlob extends AutoCloseable {
    Digest digest();

    /** Size of the whole blob. */
    long sizeBytes();

    /** Makes the caller the filler; false if somebody fills already, or nothing is left to do. Any thread may then write. */
    boolean startFill();

    /** Whether somebody fills now. */
    boolean isFilling();

    /**
     * Puts bytes at an offset; borrowed, read to the limit. Bytes that are there already are skipped, not overwritten.
     * Ranges may come in any order, but a leaf (64 KiB) that is left incomplete is forgotten by a restart.
     *
     * @throws dev.mangrove.content.ContentException.OverBudget if there is no room
     */
    void write(long offset, ByteBuffer bytes) throws IOException;

    /** First offset at or after {@code from} that is not here; {@link #sizeBytes()} if none is missing. */
    long firstMissing(long from);

    /**
     * What the filler should get next: a stretch without any byte here. Starts where the reader that waits longest waits,
     * if one does, else at the lowest missing offset; ends at the next byte that is here, or at the end. Empty: nothing is
     * missing any more, or the partial has ended. May have to hash what an earlier process left.
     */
    Optional<ByteRange> nextGap();

    /**
     * Whether some reader waits for a byte outside of {@code range} and none waits inside: time to serve it first. One that
     * reads just before the range, by not more than its length, counts as inside.
     */
    boolean isAwaitedOutside(ByteRange range);

    /** Bytes that are here. */
    long presentBytes();

    /**
     * Forgets the bytes that are here, since they came from somebody who is not believed any more. Readers that have read
     * nothing yet stay, and wait; the others fail, or they would end up with a mixture. Only for the one who fills.
     *
     * @throws IllegalStateException if the bytes were {@link #prove() proven}
     */
    void startOver() throws IOException;

    /**
     * Checks the whole digest, and releases the held-back ends of all readers: what they get is right, whether or not the
     * store manages to keep it.
     *
     * @throws dev.mangrove.content.ContentException.Corrupt if the digest is wrong; the partial is then discarded
     * @throws IllegalStateException if bytes are missing
     */
    void prove() throws IOException;

    /**
     * Makes the bytes a blob of the store, durable on return, after it {@link #prove() proved} them. Ends the fill.
     *
     * @throws dev.mangrove.content.ContentException.Corrupt if the digest is wrong; the partial is then discarded
     * @throws IllegalStateException if bytes are missing
     */
    CommitOutcome commit() throws IOException;

    /** Waits until the one who fills has made the bytes a blob of the store; fails as he does, or if nobody fills. */
    void awaitCommit() throws IOException;

    /** Ends the fill and keeps the bytes; readers whose bytes are missing get {@code cause}. Harmless after the end. */
    void stopFill(IOException cause);

    /**
     * Ends a fill that failed: as {@link #stopFill}, but what has no byte at all is thrown away, since it would only keep
     * room from others. Only for the one who fills.
     */
    void abandon(IOException cause);

    /** Ends the fill and throws the bytes away; all readers get {@code cause}. Harmless after a commit. */
    void discard(IOException cause);

    /**
     * The bytes of a range: blocks until they are here, fails with the filler's error, or at once if bytes are missing and
     * nobody fills; never ends early. What reaches the
     * end of the blob holds its last leaf back until {@link #prove()} found the whole digest right. Close it; closing
     * from another thread wakes a blocked read with an error. Valid also after this share is closed.
     *
     * @param range must lie inside the blob
     */
    PartialRead read(ByteRange range) throws IOException;

    @Override
    void close() throws IOException;
}
