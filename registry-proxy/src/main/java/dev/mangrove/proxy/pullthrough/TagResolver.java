package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.Bounds;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.log.NameRecord;
import dev.mangrove.content.log.Names;
import dev.mangrove.distribution.Resolved;
import dev.mangrove.distribution.client.NamedNow;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Tag;
import dev.mangrove.proxy.upstream.Asking;
import dev.mangrove.proxy.upstream.Upstreams.Source;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a tag means: as the upstream says, asked at most once per freshness window; as last seen when it cannot say. Every
 * change is recorded in the names log, so that a restart without an upstream still knows.
 */
final class TagResolver {
    private static final int MAX_CHECKED = 10_000;

    private final Names names;
    private final ManifestSource manifests;
    private final Asking asking;
    private final Freshness freshness;
    private final InstantSource clock;
    private final Flights<Question, Optional<Resolved>> flights = new Flights<>();
    private final AtomicLong pushes = new AtomicLong();
    private final Expiring<Name, Boolean> checked;
    private final Expiring<Name, Boolean> misses;

    TagResolver(Names names, ManifestSource manifests, Asking asking, Freshness freshness, InstantSource clock) {
        this.names = names;
        this.manifests = manifests;
        this.asking = asking;
        this.freshness = freshness;
        this.clock = clock;
        this.checked = new Expiring<>(MAX_CHECKED, freshness.window(), clock);
        this.misses = new Expiring<>(MAX_CHECKED, ManifestSource.MISS_LIFE, clock);
    }

    private record Name(Location repository, Tag tag) {}

    /** @param pushes before it was asked: what was asked before a push says nothing about the time after it */
    private record Question(Name name, long pushes) {}

    Optional<Resolved> resolve(Location repository, Tag tag) throws IOException {
        Name name = new Name(repository, tag);
        Optional<NameRecord.TagMoved> known = names.tag(repository, tag);
        if (known.isPresent() && isFresh(name)) {
            return manifests.get(repository, known.get().manifest());
        }
        if (known.isEmpty() && misses.get(name).isPresent()) {
            return Optional.empty();
        }
        if (known.isEmpty() || freshness.policy() == Freshness.Policy.FRESH) {
            Question question = new Question(name, pushes.get());
            return flights.join(question, () -> check(question));
        }
        return checkedOrStale(name, known.get());
    }

    void bounds(Bounds seen) {
        seen.bounded("tag_questions", Flights.MAX_OPEN, flights::open);
        seen.bounded("tags_checked", MAX_CHECKED, checked::size);
        seen.bounded("tag_misses", MAX_CHECKED, misses::size);
    }

    /** Forgets what was asked lately: something was pushed. */
    void forget(Location repository) {
        pushes.incrementAndGet();
        checked.forget(name -> name.repository().equals(repository));
        misses.forget(name -> name.repository().equals(repository));
    }

    private boolean isFresh(Name name) {
        return freshness.policy() == Freshness.Policy.PINNED
                || checked.get(name).isPresent();
    }

    private Optional<Resolved> checkedOrStale(Name name, NameRecord.TagMoved known) throws IOException {
        String why = "the upstream is slow to answer";
        try {
            Question question = new Question(name, pushes.get());
            Optional<Optional<Resolved>> soon = flights.join(question, () -> check(question), freshness.patience());
            if (soon.isPresent()) {
                return soon.get();
            }
        } catch (ContentException.Unavailable e) {
            why = e.getMessage();
        }
        Optional<Resolved> last = manifests.local(name.repository(), known.manifest());
        String warning =
                "tag " + name.tag() + " could not be checked and is served as seen at " + known.at() + ": " + why;
        return last.isPresent()
                ? last.map(found -> new Resolved(found.manifest(), found.origin(), Optional.of(warning)))
                : manifests.get(name.repository(), known.manifest());
    }

    private Optional<Resolved> check(Question question) throws IOException {
        Name name = question.name();
        Optional<NameRecord.TagMoved> known = names.tag(name.repository(), name.tag());
        Instant now = clock.instant();
        Asking.Question<Descriptor> head = source -> named(source, name, known.isPresent());
        Optional<Asking.Answer<Descriptor>> answer =
                known.isPresent() ? asking.firstOfAll(name.repository(), head) : asking.first(name.repository(), head);
        if (answer.isEmpty()) {
            remember(misses, question);
            if (known.isPresent()) {
                String by = "upstream";
                names.append(List.of(new NameRecord.TagRemoved(name.repository(), name.tag(), now, by)));
            }
            return Optional.empty();
        }
        Digest digest = answer.get().value().digest();
        // the manifest first: a recorded tag must be servable without the upstream
        Optional<Resolved> manifest = manifests.get(name.repository(), digest);
        if (manifest.isEmpty()) {
            return manifest;
        }
        if (known.isEmpty() || !known.get().manifest().equals(digest)) {
            String by = answer.get().source().upstream().name();
            names.append(List.of(new NameRecord.TagMoved(name.repository(), name.tag(), digest, now, by)));
        }
        remember(checked, question);
        return manifest;
    }

    /** One that is asked only because the first is away, and could not ask either, may have seen less than we have. */
    private Optional<Descriptor> named(Source source, Name name, boolean known) throws IOException {
        Optional<NamedNow> now = source.upstream().client().named(source.remote(), name.tag());
        boolean isFirst = asking.sources(name.repository()).getFirst().equals(source);
        if (known && !isFirst && now.filter(NamedNow::warned).isPresent()) {
            throw new ContentException.Unavailable(
                    source.upstream().name() + " could not check tag " + name.tag() + " itself", null);
        }
        return now.map(NamedNow::descriptor);
    }

    private void remember(Expiring<Name, Boolean> answers, Question question) {
        answers.put(question.name(), true);
        if (pushes.get() != question.pushes()) {
            answers.forget(question.name()::equals);
        }
    }
}
