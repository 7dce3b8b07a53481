package dev.mangrove.http;

import java.io.IOException;

/**
 * Keeps the certificate of a running server current: whoever calls {@link #look} now and then, on one thread at a time,
 * gives the server a certificate that is new where it comes from.
 */
public final class CertificateWatch {
    private final HttpServer server;
    private final Source source;
    private ServerTls shown;

    /** Where certificates come from: files, an authority. */
    @FunctionalInterface
    public interface Source {
        /** The certificate to show now. */
        ServerTls current() throws IOException;
    }

    /** @param shown what the server shows now */
    public CertificateWatch(HttpServer server, Source source, ServerTls shown) {
        this.server = server;
        this.source = source;
        this.shown = shown;
    }

    /**
     * Compares, and renews if need be.
     *
     * @throws IOException if the source has nothing that can be used, such as half of a pair of files; the server goes on
     *     with what it has
     */
    public void look() throws IOException {
        ServerTls now = source.current();
        if (!now.chain().equals(shown.chain())) {
            server.renew(now);
            shown = now;
            System.getLogger(CertificateWatch.class.getName())
                    .log(System.Logger.Level.INFO, "the certificate of {0} was renewed", server.address());
        }
    }
}
