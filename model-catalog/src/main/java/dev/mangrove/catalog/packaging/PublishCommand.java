package dev.mangrove.catalog.packaging;

import dev.mangrove.cli.Amount;
import dev.mangrove.cli.ConnectionOptions;
import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.Progress;
import dev.mangrove.cli.ProgressOptions;
import dev.mangrove.cli.Remote;
import dev.mangrove.cli.RemoteName;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mangrove publish DIR|FILE REF}: a model as a ModelPack artifact. */
@Command(
        name = "publish",
        description = {
            "Publishes the files of a model and prints the digest of the artifact.",
            "The same files and options make the same digest; what the registry has is not sent again."
        })
final class PublishCommand implements Callable<Integer> {
    private static final String CARD = "application/vnd.mangrove.card.v1";
    private static final String METRICS = "application/vnd.mangrove.metrics.v1+json";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private ProgressOptions progressOptions = new ProgressOptions();

    @Parameters(index = "0", paramLabel = "DIR|FILE", description = "The model; hidden files are left out.")
    @SuppressWarnings("NullAway.Init") // required
    private Path source;

    @Parameters(
            index = "1",
            paramLabel = "REF",
            description = "[HOST[:PORT]/]NAME[:TAG]; without a host, $MANGROVE_CATALOG or the agent of this machine.")
    private String reference = "";

    @Option(names = "--version", paramLabel = "VERSION", description = "The version, also a tag: 1.4.0")
    private @Nullable String version;

    @Option(names = "--alias", paramLabel = "TAG", description = "A further tag, for example canary; repeatable.")
    private List<String> aliases = new ArrayList<>();

    @Option(names = "--license", paramLabel = "SPDX", description = "A licence, for example Apache-2.0; repeatable.")
    private List<String> licenses = new ArrayList<>();

    @Option(
            names = "--annotation",
            paramLabel = "KEY=VALUE",
            description = "An annotation of the manifest; repeatable.")
    private Map<String, String> annotations = new TreeMap<>();

    @Option(names = "--base", paramLabel = "REF", description = "The model it was made of, in the same registry.")
    private @Nullable String base;

    @Option(names = "--relation", paramLabel = "HOW", description = "finetune, adapter, quantized or merge")
    private @Nullable String relation;

    @Option(
            names = "--adapter",
            paramLabel = "REF",
            description =
                    "A LoRA adapter merged into it, published under the same name: the update then costs little more.")
    private @Nullable String adapter;

    @Option(names = "--card", paramLabel = "FILE", description = "A model card (Markdown), attached to the model.")
    private @Nullable Path card;

    @Option(names = "--metrics", paramLabel = "FILE", description = "Results of an evaluation (JSON), attached.")
    private @Nullable Path metrics;

    @Option(names = "--digest-file", paramLabel = "FILE", description = "Where to write the digest as well.")
    private @Nullable Path digestFile;

    @Option(names = "--dry-run", description = "Tells what would be sent and changes nothing.")
    private boolean dryRun;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            description = "Files under way at once; usual: ${DEFAULT-VALUE}.")
    private int atOnce = 3;

    @Override
    public Integer call() throws IOException {
        RemoteName name = RemoteName.parse(reference);
        List<Tag> tags = tags(name);
        List<ModelFile> files = ModelFolder.scan(source);
        try (Remote remote = connection.open(name, ConnectionOptions.catalog());
                Progress progress = progressOptions.open(spec.commandLine().getErr())) {
            RegistryDestination destination = new RegistryDestination(remote.registry(), name.repository());
            Publisher publisher = new Publisher(destination, progress, Math.clamp(atOnce, 1, 64), dryRun);
            ManifestContent model = publisher.publish(files, claims(name, destination), tags);
            attach(publisher, model, card, CARD, "text/markdown");
            attach(publisher, model, metrics, METRICS, METRICS);
            tell(remote, name, tags, files, publisher.uploadedBytes());
            String digest = model.digest().toString();
            if (digestFile != null) {
                Files.writeString(digestFile, digest + "\n");
            }
            spec.commandLine().getOut().println(digest);
        }
        return ExitCode.DONE.code();
    }

    private List<Tag> tags(RemoteName name) {
        if (name.digest().isPresent()) {
            throw new Failure(ExitCode.USAGE, "a name to publish under has no digest: " + name, "");
        }
        Set<Tag> tags = new LinkedHashSet<>();
        name.tag().ifPresent(tags::add);
        Optional.ofNullable(version).map(Tag::new).ifPresent(tags::add);
        if (tags.isEmpty()) {
            tags.add(new Tag("latest"));
        }
        aliases.stream().map(Tag::new).forEach(tags::add);
        return List.copyOf(tags);
    }

    private ModelArtifact.Claims claims(RemoteName name, Destination destination) throws IOException {
        String path = name.repository().repository().value();
        return new ModelArtifact.Claims(
                path.substring(path.lastIndexOf('/') + 1),
                Optional.ofNullable(version),
                licenses,
                base == null ? Optional.empty() : Optional.of(findBase(name, destination, base)),
                adapter == null ? Optional.empty() : Optional.of(findAdapter(name, destination, adapter)),
                annotations);
    }

    /** An adapter has to be where the model is, so that whoever may pull one may pull the other. */
    private static Digest findAdapter(RemoteName name, Destination destination, String text) throws IOException {
        RemoteName named = RemoteName.parse(text);
        boolean elsewhere = named.host().isPresent() && !named.host().equals(name.host());
        if (elsewhere || !named.repository().equals(name.repository())) {
            throw new Failure(
                    ExitCode.USAGE,
                    "the adapter must be published under the name of the model, unlike " + text,
                    "publish it as " + name.repository() + ":TAG and name that");
        }
        return find(destination, named, "adapter " + text).digest();
    }

    private static Descriptor find(Destination destination, RemoteName named, String what) throws IOException {
        return destination
                .resolve(named.repository(), named.reference())
                .orElseThrow(() -> new Failure(ExitCode.NOT_FOUND, "there is no " + what, "publish it first"));
    }

    /** The base is named in the annotations by what it is now, so that a later move of its tag changes nothing. */
    private ModelArtifact.Base findBase(RemoteName name, Destination destination, String text) throws IOException {
        RemoteName named = RemoteName.parse(text);
        if (named.host().isPresent() && !named.host().equals(name.host())) {
            throw new Failure(ExitCode.USAGE, "the base must be in the same registry: " + text, "");
        }
        Descriptor found = find(destination, named, "base " + text);
        return new ModelArtifact.Base(
                named.repository() + named.tag().map(tag -> ":" + tag).orElse(""),
                found.digest().toString(),
                Optional.ofNullable(relation));
    }

    private static void attach(
            Publisher publisher, ManifestContent model, @Nullable Path file, String artifactType, String layerType)
            throws IOException {
        if (file != null) {
            publisher.attach(model, ModelFolder.scan(file).getFirst(), artifactType, layerType);
        }
    }

    private void tell(Remote remote, RemoteName name, List<Tag> tags, List<ModelFile> files, long uploadedBytes) {
        if (!progressOptions.notesWanted()) {
            return;
        }
        long allBytes = files.stream().mapToLong(ModelFile::sizeBytes).sum();
        spec.commandLine()
                .getErr()
                .printf(
                        "%s %s/%s:%s: %d %s, %s, of which %s %s%n",
                        dryRun ? "would publish" : "published",
                        remote.url().origin().authority(),
                        name.repository(),
                        tags.stream().map(Tag::value).collect(Collectors.joining(", ")),
                        files.size(),
                        files.size() == 1 ? "file" : "files",
                        Amount.text(allBytes),
                        Amount.text(uploadedBytes),
                        dryRun ? "are not there yet" : "were uploaded");
    }
}
