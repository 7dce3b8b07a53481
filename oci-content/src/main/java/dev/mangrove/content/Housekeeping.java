package dev.mangrove.content;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Does the chores of a store every so often, on a thread of its own; one that fails is logged and tried again next time. */
public final class Housekeeping implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Housekeeping.class.getName());

    /** One thing to do. */
    public record Chore(String name, Work work) {}

    /** The doing. */
    @FunctionalInterface
    public interface Work {
        void run() throws IOException;
    }

    private final List<Chore> chores;
    private final Duration every;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private Housekeeping(Duration every, List<Chore> chores) {
        this.every = every;
        this.chores = List.copyOf(chores);
        this.thread = Thread.ofPlatform().name("housekeeping").daemon().unstarted(this::run);
    }

    /** Starts; the first round comes after {@code every}. */
    public static Housekeeping start(Duration every, List<Chore> chores) {
        Housekeeping housekeeping = new Housekeeping(every, chores);
        housekeeping.thread.start();
        return housekeeping;
    }

    private void run() {
        try {
            while (!closing.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
                chores.forEach(Housekeeping::doOne);
            }
        } catch (InterruptedException e) {
            // nobody interrupts this thread; if somebody does, it ends
        }
    }

    private static void doOne(Chore chore) {
        try {
            chore.work().run();
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, chore.name() + " failed and is tried again later", e);
        }
    }

    /** Waits for the chore under way. */
    @Override
    public void close() {
        closing.countDown();
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
