package dev.mangrove.http;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * How a server proves who it is.
 *
 * @param key private key of the first certificate
 * @param chain the server's certificate, then those that lead to its authority
 * @param clientAuthorities clients may show a certificate of one of these; none: they are not asked for one
 */
public record ServerTls(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> clientAuthorities) {
    public ServerTls {
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a TLS server needs a certificate");
        }
        if (!KeyPairCheck.belongs(key, chain.getFirst().getPublicKey())) {
            throw new IllegalArgumentException("the private key is not that of the certificate");
        }
        chain = List.copyOf(chain);
        clientAuthorities = List.copyOf(clientAuthorities);
    }

    /** From a key and its chain; clients are not asked for a certificate. */
    public static ServerTls of(PrivateKey key, List<X509Certificate> chain) {
        return new ServerTls(key, chain, List.of());
    }

    /**
     * From PEM files: a chain of certificates, and an unencrypted PKCS#8 key.
     *
     * @throws IOException if a file cannot be read or holds something else
     */
    public static ServerTls ofPem(Path chain, Path key) throws IOException {
        try {
            return of(PemKey.read(key), Authorities.in(chain));
        } catch (IllegalArgumentException e) {
            throw new IOException(chain + " and " + key + " do not go together: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "ServerTls[" + chain.getFirst().getSubjectX500Principal() + "]";
    }
}
