package dev.mangrove.delta.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.oci.ByteRange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Parsers find tensors where they are, and survive whatever they are given. */
class ParserTest {
    @Test
    void safetensorsHeadersAreRead() throws IOException {
        byte[] file = safetensors(
                "{\"a\":{\"dtype\":\"BF16\",\"shape\":[2,3],\"data_offsets\":[0,12]},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[12,20]}}",
                20);
        List<Tensor> tensors = TensorFiles.parse(ByteSource.of(file)).tensors();
        assertEquals(List.of("a", "b"), tensors.stream().map(Tensor::name).toList());
        assertEquals(ElementType.BF16, tensors.getFirst().type());
        assertEquals(3, tensors.getFirst().rowUnits());
        assertEquals(file.length, tensors.getLast().range().end());
    }

    @Test
    void overlappingTensorsAreRefusedWithTheirOffset() {
        byte[] file = safetensors(
                "{\"a\":{\"dtype\":\"I8\",\"shape\":[9],\"data_offsets\":[0,9]},"
                        + "\"b\":{\"dtype\":\"I8\",\"shape\":[8],\"data_offsets\":[4,12]}}",
                12);
        TensorFormatException e =
                assertThrows(TensorFormatException.class, () -> TensorFiles.parse(ByteSource.of(file)));
        assertEquals(file.length - 12 + 4, e.offset());
    }

    @Test
    void ggufTensorsAreRead() throws IOException {
        byte[] file = gguf();
        TensorMap map = TensorFiles.parse(ByteSource.of(file));
        assertEquals("gguf", map.format());
        Tensor tensor = map.tensors().getFirst();
        assertEquals(ElementType.Q4_0, tensor.type());
        assertEquals(List.of(2L, 2L), tensor.shape());
        assertEquals(72, tensor.range().length());
        assertEquals(0, tensor.range().offset() % 32);
    }

    @Test
    void storagesOfAPyTorchZipAreFound() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] data = new byte[4096];
        new Random(1).nextBytes(data);
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String name : List.of("model/data.pkl", "model/data/0", "model/data/1")) {
                ZipEntry entry = new ZipEntry(name);
                CRC32 check = new CRC32();
                check.update(data);
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(data.length);
                entry.setCrc(check.getValue());
                zip.putNextEntry(entry);
                zip.write(data);
            }
        }
        byte[] file = out.toByteArray();
        List<Tensor> tensors = TensorFiles.parse(ByteSource.of(file)).tensors();
        assertEquals(2, tensors.size());
        for (Tensor tensor : tensors) {
            int from = (int) tensor.range().offset();
            assertTrue(Arrays.equals(data, Arrays.copyOfRange(file, from, from + data.length)), tensor.name());
        }
    }

    @Test
    void tensorsInsideALayerAreFound() throws IOException {
        byte[] model = safetensors("{\"a\":{\"dtype\":\"F32\",\"shape\":[256],\"data_offsets\":[0,1024]}}", 1024);
        byte[] header = new byte[512];
        System.arraycopy("models/m".getBytes(StandardCharsets.UTF_8), 0, header, 0, 8);
        byte[] size = String.format("%011o", model.length).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(size, 0, header, 124, size.length);
        System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, header, 257, 5);
        header[156] = '0';
        byte[] file = Arrays.copyOf(header, 512 + Math.ceilDiv(model.length, 512) * 512 + 1024);
        System.arraycopy(model, 0, file, 512, model.length);
        Tensor tensor = TensorFiles.parse(ByteSource.of(file)).tensors().getFirst();
        assertEquals("models/m:a", tensor.name());
        assertEquals(new ByteRange(512 + model.length - 1024, 1024), tensor.range());
    }

    @Property(tries = 500)
    void damagedFilesEndInAFormatErrorOrAMap(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        byte[] file = random.nextBoolean()
                ? gguf()
                : safetensors("{\"a\":{\"dtype\":\"F32\",\"shape\":[4,8],\"data_offsets\":[0,128]}}", 128);
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            file[random.nextInt(Math.min(file.length, 200))] = (byte) random.nextInt(256);
        }
        ByteSource source = ByteSource.of(Arrays.copyOf(file, random.nextInt(file.length + 1)));
        assertEquals(source.size(), TensorFiles.map(source).fileSize(), "seed " + seed);
    }

    private static byte[] safetensors(String json, int dataBytes) {
        byte[] header = json.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + header.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }

    private static byte[] gguf() {
        ByteBuffer file = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        file.put("GGUF".getBytes(StandardCharsets.US_ASCII))
                .putInt(3)
                .putLong(1)
                .putLong(2);
        text(file, "general.name").putInt(8);
        text(file, "test");
        text(file, "list").putInt(9).putInt(4).putLong(3).putInt(1).putInt(2).putInt(3);
        text(file, "w").putInt(2).putLong(64).putLong(2).putInt(2).putLong(0);
        int data = Math.ceilDiv(file.position(), 32) * 32;
        return Arrays.copyOf(file.array(), data + 72);
    }

    private static ByteBuffer text(ByteBuffer file, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return file.putLong(bytes.length).put(bytes);
    }

    @Test
    void aZipWithAHugeDirectoryIsRefusedBeforeItIsRead() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(file)) {
            for (int i = 0; i < 80_000; i++) {
                zip.putNextEntry(new ZipEntry("data/" + i));
            }
        }
        TensorFormatException refused =
                assertThrows(TensorFormatException.class, () -> PyTorchParser.parse(ByteSource.of(file.toByteArray())));
        assertTrue(String.valueOf(refused.getMessage()).contains("directory takes more than"), refused::getMessage);
    }
}
