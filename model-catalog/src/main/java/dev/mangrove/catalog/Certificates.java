package dev.mangrove.catalog;

import dev.mangrove.catalog.authority.Authority;
import dev.mangrove.catalog.authority.Identity;
import dev.mangrove.http.CertificateWatch;
import dev.mangrove.http.ServerTls;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;

/** Where the certificate of the catalog's listener comes from: files of the operator, else its own authority. */
final class Certificates {
    private Certificates() {}

    static CertificateWatch.Source of(CatalogConfig config, Path trust, InstantSource clock, SecureRandom random)
            throws IOException {
        if (config.certificate().isPresent()) {
            CatalogConfig.Certificate files = config.certificate().get();
            return () -> ServerTls.ofPem(files.chain(), files.key());
        }
        Authority authority = Authority.open(trust, clock, random);
        return () -> {
            Identity identity = authority.server(config.names());
            return ServerTls.of(identity.key(), identity.chain());
        };
    }
}
