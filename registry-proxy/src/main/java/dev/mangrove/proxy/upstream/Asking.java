package dev.mangrove.proxy.upstream;

import dev.mangrove.content.ContentException;
import dev.mangrove.oci.Location;
import dev.mangrove.proxy.upstream.Upstreams.Source;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Puts one question to the upstreams of a repository, one after the other, until one has the answer. */
public final class Asking {
    private final Upstreams upstreams;

    public Asking(Upstreams upstreams) {
        this.upstreams = upstreams;
    }

    /** A question to one upstream; empty if it has no such thing. */
    @FunctionalInterface
    public interface Question<T> {
        Optional<T> ask(Source source) throws IOException;
    }

    /** An answer, and who gave it. */
    public record Answer<T>(T value, Source source) {}

    /** Whom {@link #first} would ask. */
    public List<Source> sources(Location repository) {
        return upstreams.of(repository);
    }

    /**
     * The first answer. Empty if there is nobody to ask, or if somebody answered that there is no such thing and nobody had it.
     *
     * @throws ContentException if nobody could tell, or if somebody sent wrong bytes and nobody right ones
     */
    public <T> Optional<Answer<T>> first(Location repository, Question<T> question) throws IOException {
        return ask(repository, question, false);
    }

    /**
     * The same for what is known here: empty only if all say that there is no such thing, since nothing durable may be
     * forgotten on the word of one while another is away.
     */
    public <T> Optional<Answer<T>> firstOfAll(Location repository, Question<T> question) throws IOException {
        return ask(repository, question, true);
    }

    private <T> Optional<Answer<T>> ask(Location repository, Question<T> question, boolean unanimous)
            throws IOException {
        boolean absent = false;
        Optional<ContentException> trouble = Optional.empty();
        for (Source source : upstreams.of(repository)) {
            try {
                Optional<T> answer = question.ask(source);
                if (answer.isPresent()) {
                    return Optional.of(new Answer<>(answer.get(), source));
                }
                absent = true;
            } catch (IOException e) {
                ContentException failure = failure(source, e);
                trouble = trouble.isEmpty() || failure instanceof ContentException.Corrupt
                        ? Optional.of(failure)
                        : trouble;
            }
        }
        boolean settled = absent && !unanimous;
        if (trouble.isPresent() && (!settled || trouble.get() instanceof ContentException.Corrupt)) {
            throw trouble.get();
        }
        return Optional.empty();
    }

    /** The failure as our own callers should see it: the login that an upstream wants is ours, not theirs. */
    public static ContentException failure(Source source, IOException e) {
        return switch (e) {
            case ContentException.Refused refused ->
                new ContentException.Refused(String.valueOf(refused.getMessage()), false);
            case ContentException known -> known;
            default ->
                new ContentException.Unavailable(
                        source.upstream().name() + " broke off: "
                                + Optional.ofNullable(e.getMessage()).orElse("no reason given"),
                        e);
        };
    }
}
