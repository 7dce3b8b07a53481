package dev.mangrove.catalog.authority;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Certificates and private keys as text (RFC 7468). */
final class Pem {
    private static final int LINE_CHARS = 64;
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PRIVATE_KEY = "PRIVATE KEY";

    private Pem() {}

    static byte[] ofCertificates(List<X509Certificate> chain) throws GeneralSecurityException {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : chain) {
            text.append(block(CERTIFICATE, certificate.getEncoded()));
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] ofKey(PrivateKey key) {
        return block(PRIVATE_KEY, key.getEncoded()).getBytes(StandardCharsets.US_ASCII);
    }

    static List<X509Certificate> certificates(byte[] text) throws GeneralSecurityException {
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate each :
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(text))) {
            chain.add((X509Certificate) each);
        }
        return chain;
    }

    /** An elliptic curve key. */
    static PrivateKey key(byte[] text) throws GeneralSecurityException, IOException {
        String body = new String(text, StandardCharsets.US_ASCII)
                .replaceAll("-----(BEGIN|END) " + PRIVATE_KEY + "-----", "")
                .replaceAll("\\s", "");
        try {
            return KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
        } catch (IllegalArgumentException e) {
            throw new IOException("not a private key in PEM form", e);
        }
    }

    private static String block(String type, byte[] der) {
        String body = Base64.getMimeEncoder(LINE_CHARS, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }
}
