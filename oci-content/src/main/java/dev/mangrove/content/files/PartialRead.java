package dev.mangrove.content.files;

import dev.mangrove.content.Arrival;
import dev.mangrove.content.SliceInputStream;
import dev.mangrove.oci.ByteRange;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;

/**
 * A reader of a range of a blob that may still be on its way: waits for bytes, and gets them from the file. One thread
 * reads, any may close, which wakes it with an error. Valid also after the share it came from is closed.
 */
public interface PartialRead extends Arrival, AutoCloseable {
    ByteRange range();

    /** Where the bytes are that arrived; borrowed until {@link #close}. */
    FileChannel file();

    /** The bytes, as they arrive; closing it closes nothing. */
    default InputStream bytes() {
        return new SliceInputStream(file(), range(), this);
    }

    @Override
    void close() throws IOException;
}
