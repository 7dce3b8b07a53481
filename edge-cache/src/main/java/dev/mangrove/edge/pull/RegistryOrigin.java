package dev.mangrove.edge.pull;

import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.distribution.client.DistributionClient;
import dev.mangrove.distribution.client.RemoteBlob;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** Blobs of a repository of a registry. */
record RegistryOrigin(DistributionClient client, Location repository) implements BlobOrigin {
    @Override
    public Bytes open(Descriptor blob, long offset) throws IOException {
        Optional<ByteRange> rest =
                offset == 0 ? Optional.empty() : Optional.of(new ByteRange(offset, blob.sizeBytes() - offset));
        RemoteBlob remote = client.open(repository, blob.digest(), rest, OptionalLong.of(blob.sizeBytes()))
                .orElseThrow(() -> new Failure(
                        ExitCode.NOT_FOUND,
                        "the registry has the manifest in " + repository + " but not its blob " + blob.digest(),
                        "publish it again, or ask its publisher to"));
        return new Bytes() {
            @Override
            public long position() {
                return remote.position();
            }

            @Override
            public int read(byte[] into) throws IOException {
                return remote.read(into, 0, into.length);
            }

            @Override
            public void close() throws IOException {
                remote.close();
            }
        };
    }
}
