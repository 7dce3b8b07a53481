package dev.mangrove.oci;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The parsed view of a manifest. Identity is the raw bytes: see {@link ManifestContent}. */
public sealed interface Manifest {
    /** The manifest that this one is attached to. */
    Optional<Descriptor> subject();

    /** What kind of artifact this is: {@code artifactType}, else the config's media type for an image. */
    Optional<String> artifactType();

    /** Annotations of the manifest itself. */
    Map<String, String> annotations();

    /** Everything that it names, its subject apart: what must stay as long as it does. */
    List<Digest> references();

    private static List<Digest> digests(Stream<Descriptor> descriptors) {
        return descriptors.map(Descriptor::digest).distinct().toList();
    }

    /** An image or artifact: a config and layers. */
    record Image(
            Descriptor config,
            List<Descriptor> layers,
            Optional<Descriptor> subject,
            Optional<String> artifactType,
            Map<String, String> annotations)
            implements Manifest {
        public Image {
            layers = List.copyOf(layers);
            annotations = Map.copyOf(annotations);
        }

        @Override
        public List<Digest> references() {
            return digests(Stream.concat(Stream.of(config), layers.stream()));
        }
    }

    /** A list of manifests, for example one per platform. */
    record Index(
            List<Descriptor> manifests,
            Optional<Descriptor> subject,
            Optional<String> artifactType,
            Map<String, String> annotations)
            implements Manifest {
        public Index {
            manifests = List.copyOf(manifests);
            annotations = Map.copyOf(annotations);
        }

        @Override
        public List<Digest> references() {
            return digests(manifests.stream());
        }
    }

    /**
     * JSON of a media type that Mangrove does not know: kept and served as it is.
     *
     * @param references every digest that stands anywhere in it, since nobody here knows which of them are its parts
     */
    record Unknown(
            Optional<Descriptor> subject,
            Optional<String> artifactType,
            Map<String, String> annotations,
            List<Digest> references)
            implements Manifest {
        public Unknown {
            annotations = Map.copyOf(annotations);
            references = List.copyOf(references);
        }
    }
}
