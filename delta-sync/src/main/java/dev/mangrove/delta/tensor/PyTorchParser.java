package dev.mangrove.delta.tensor;

import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.oci.ByteRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * PyTorch's zip of storages. Only the directory is read: nothing is unpickled, so element types stay unknown and are
 * guessed from the bytes by the encoder.
 */
final class PyTorchParser {
    private PyTorchParser() {}

    static TensorMap parse(ByteSource file) throws IOException {
        ZipDirectory.requireSmall(file);
        List<Tensor> tensors = new ArrayList<>();
        try (ZipFile zip = ZipFile.builder()
                .setSeekableByteChannel(new SourceChannel(file))
                .setIgnoreLocalFileHeader(true)
                .get()) {
            Enumeration<ZipArchiveEntry> entries = zip.getEntriesInPhysicalOrder();
            while (entries.hasMoreElements()) {
                ZipArchiveEntry entry = entries.nextElement();
                if (entry.getMethod() == ZipEntry.STORED && isStorage(entry.getName())) {
                    tensors.add(storage(zip, entry, file.size()));
                }
            }
        } catch (TensorFormatException e) {
            throw e;
        } catch (IOException | IllegalArgumentException | ArithmeticException e) {
            throw new TensorFormatException("zip directory: " + e.getMessage(), 0);
        }
        return TensorMap.of("pytorch", file.size(), tensors);
    }

    private static Tensor storage(ZipFile zip, ZipArchiveEntry entry, long fileSize) throws IOException {
        // Commons Compress finds the data offset when the entry is opened; nothing is read from the stream.
        zip.getRawInputStream(entry).close();
        long offset = entry.getDataOffset();
        if (offset < 0 || entry.getSize() < 0 || entry.getSize() > fileSize - offset) {
            throw new TensorFormatException("entry " + entry.getName() + " outside the file", Math.max(0, offset));
        }
        return new Tensor(entry.getName(), ElementType.OPAQUE, List.of(), new ByteRange(offset, entry.getSize()));
    }

    private static boolean isStorage(String name) {
        return name.contains("/data/") || name.startsWith("data/");
    }
}
