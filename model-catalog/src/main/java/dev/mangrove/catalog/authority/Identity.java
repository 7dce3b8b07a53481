package dev.mangrove.catalog.authority;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** A private key and the certificates that vouch for it, its own first. */
public record Identity(PrivateKey key, List<X509Certificate> chain) {
    public Identity {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("an identity has a certificate");
        }
    }

    /** The certificate of the key itself. */
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /** Reads the file that {@link #write} made; empty if there is none. */
    static Optional<Identity> read(Path file) throws IOException, GeneralSecurityException {
        Optional<byte[]> text = PrivateFile.read(file);
        return text.isEmpty()
                ? Optional.empty()
                : Optional.of(new Identity(Pem.key(text.get()), Pem.certificates(text.get())));
    }

    /** Keeps key and certificates in one file, so that they never disagree. */
    void write(Path file) throws IOException, GeneralSecurityException {
        PrivateFile.write(file, (Pem.ofKey(key) + Pem.ofCertificates(chain)).getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return "Identity[" + certificate().getSubjectX500Principal() + "]";
    }
}
