package dev.mangrove.catalog.authority;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and private keys as text (RFC 7468). */
final class Pem {
    private static final int LINE_CHARS = 64;
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PRIVATE_KEY = "PRIVATE KEY";

    private Pem() {}

    static String ofCertificates(List<X509Certificate> chain) throws GeneralSecurityException {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : chain) {
            text.append(block(CERTIFICATE, certificate.getEncoded()));
        }
        return text.toString();
    }

    static String ofKey(PrivateKey key) {
        return block(PRIVATE_KEY, key.getEncoded());
    }

    /** Every certificate of the text, in order. */
    static List<X509Certificate> certificates(byte[] text) throws GeneralSecurityException, IOException {
        List<X509Certificate> chain = new ArrayList<>();
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        for (byte[] der : blocks(CERTIFICATE, text)) {
            chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
        }
        return chain;
    }

    /** The first key of the text, which must be one of an elliptic curve. */
    static PrivateKey key(byte[] text) throws GeneralSecurityException, IOException {
        List<byte[]> keys = blocks(PRIVATE_KEY, text);
        if (keys.isEmpty()) {
            throw new IOException("there is no private key in the file");
        }
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(keys.getFirst()));
    }

    private static List<byte[]> blocks(String type, byte[] text) throws IOException {
        Matcher found = Pattern.compile("-----BEGIN " + type + "-----([A-Za-z0-9+/=\\s]*)-----END " + type + "-----")
                .matcher(new String(text, StandardCharsets.US_ASCII));
        List<byte[]> blocks = new ArrayList<>();
        try {
            while (found.find()) {
                blocks.add(Base64.getMimeDecoder().decode(found.group(1)));
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("a block of type " + type + " is not in PEM form", e);
        }
        return blocks;
    }

    private static String block(String type, byte[] der) {
        String body = Base64.getMimeEncoder(LINE_CHARS, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }
}
