package dev.mangrove.oci;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parsed view of a manifest. Identity is the raw bytes: see {@link ManifestContent}. */
public sealed interface Manifest {
    /** The manifest that this one is attached to. */
    Optional<Descriptor> subject();

    /** What kind of artifact this is: {@code artifactType}, else the config's media type for an image. */
    Optional<String> artifactType();

    /** Annotations of the manifest itself. */
    Map<String, String> annotations();

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
    }

    /** JSON of a media type that Mangrove does not know: kept and served as it is. */
    record Unknown(Optional<Descriptor> subject, Optional<String> artifactType, Map<String, String> annotations)
            implements Manifest {
        public Unknown {
            annotations = Map.copyOf(annotations);
        }
    }
}
