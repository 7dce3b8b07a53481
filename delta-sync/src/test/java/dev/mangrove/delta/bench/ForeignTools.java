package dev.mangrove.delta.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Runs the general delta programs of a Debian machine: packages bsdiff, xdelta3 and zstd. */
record ForeignTools(Path folder) {
    private static final long MINUTES = 15;

    OptionalLong bsdiff(Path base, Path target) throws IOException, InterruptedException {
        Path out = folder.resolve("bench.bsdiff");
        return run(out, "bsdiff", base.toString(), target.toString(), out.toString());
    }

    OptionalLong xdelta3(Path base, Path target) throws IOException, InterruptedException {
        Path out = folder.resolve("bench.xdelta");
        return run(
                out,
                "xdelta3",
                "-e",
                "-f",
                "-9",
                "-B",
                "1073741824",
                "-s",
                base.toString(),
                target.toString(),
                out.toString());
    }

    OptionalLong zstd(Path base, Path target) throws IOException, InterruptedException {
        Path out = folder.resolve("bench.zst");
        return run(
                out,
                "zstd",
                "-q",
                "-f",
                "-19",
                "--long=27",
                "--patch-from=" + base,
                target.toString(),
                "-o",
                out.toString());
    }

    private static OptionalLong run(Path out, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(command))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            return OptionalLong.empty();
        }
        OptionalLong size = process.exitValue() == 0 ? OptionalLong.of(Files.size(out)) : OptionalLong.empty();
        Files.deleteIfExists(out);
        return size;
    }
}
