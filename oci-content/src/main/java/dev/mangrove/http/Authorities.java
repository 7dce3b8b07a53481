package dev.mangrove.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Certificate authorities to trust: those of the JDK, of the operating system, and of PEM files. */
final class Authorities {
    /** Where Debian and Alpine, and where Red Hat and SUSE keep what their users trust. */
    private static final List<Path> SYSTEM_BUNDLES = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
            Path.of("/etc/ssl/ca-bundle.pem"));

    private Authorities() {}

    /**
     * Trusts what the system trusts, and these files.
     *
     * @throws IOException if a file is missing or holds no certificate
     */
    static TrustManagerFactory ofSystemAnd(List<Path> files) throws IOException {
        try {
            List<Certificate> trusted = new ArrayList<>(ofJdk());
            SYSTEM_BUNDLES.stream()
                    .filter(Files::isReadable)
                    .findFirst()
                    .ifPresent(bundle -> addLeniently(bundle, trusted));
            for (Path file : files) {
                trusted.addAll(in(file));
            }
            return trusting(trusted);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot read the certificate authorities: " + e.getMessage(), e);
        }
    }

    /** Trusts the authorities of these certificates only. */
    static TrustManagerFactory trusting(List<? extends Certificate> trusted)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, null);
        for (int i = 0; i < trusted.size(); i++) {
            store.setCertificateEntry("ca" + i, trusted.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    /** The certificates of a PEM file. */
    static List<X509Certificate> in(Path file) throws IOException {
        try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file))) {
            List<X509Certificate> found = CertificateFactory.getInstance("X.509").generateCertificates(bytes).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (found.isEmpty()) {
                throw new IOException("there is no certificate in " + file);
            }
            return found;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot read the certificates in " + file + ": " + e.getMessage(), e);
        }
    }

    private static void addLeniently(Path bundle, List<Certificate> trusted) {
        try {
            trusted.addAll(in(bundle));
        } catch (IOException e) {
            System.getLogger(Authorities.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "the system's certificate bundle is not used: {0}",
                            e.getMessage());
        }
    }

    private static List<X509Certificate> ofJdk() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        Stream<TrustManager> managers = Stream.of(factory.getTrustManagers());
        return managers.filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .flatMap(manager -> Stream.of(manager.getAcceptedIssuers()))
                .toList();
    }
}
