package dev.mangrove.catalog.authority;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The catalog's certificate authority: ECDSA on P-256, made at the first start. Its certificate is {@code ca.crt}, for
 * clients to trust; its key never leaves {@code ca.pem}.
 */
public final class Authority {
    private static final String CA_FILE = "ca.pem";
    private static final String SERVER_FILE = "server.pem";
    private static final Duration CA_LIFETIME = Duration.ofDays(3650);
    private static final Duration SERVER_LIFETIME = Duration.ofDays(397);
    private static final Duration RENEW_BEFORE = Duration.ofDays(60);

    /** Clocks at the edge are wrong; a certificate is good a little before it was made. */
    private static final Duration BACKDATED = Duration.ofDays(1);

    private static final int SERIAL_BITS = 120;
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final X500Name CA_NAME = new X500Name("CN=Mangrove catalog CA");

    private final Path folder;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Identity ca;

    private Authority(Path folder, InstantSource clock, SecureRandom random, Identity ca) {
        this.folder = folder;
        this.clock = clock;
        this.random = random;
        this.ca = ca;
    }

    /** Opens the authority of that folder, or makes it. */
    public static Authority open(Path folder, InstantSource clock, SecureRandom random) throws IOException {
        try {
            Optional<Identity> kept = Identity.read(folder.resolve(CA_FILE));
            Identity ca = kept.isPresent() ? kept.get() : found(folder, clock.instant(), random);
            Authority authority = new Authority(folder, clock, random, ca);
            PrivateFile.publish(
                    authority.certificateFile(), Pem.ofCertificates(ca.chain()).getBytes(StandardCharsets.US_ASCII));
            return authority;
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("the certificate authority in " + folder + " cannot be opened or made", e);
        }
    }

    private static Identity found(Path folder, Instant now, SecureRandom random)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        KeyPair pair = newKey(random);
        Identity ca = new Identity(pair.getPrivate(), List.of(selfSigned(pair, now, random)));
        ca.write(folder.resolve(CA_FILE));
        return ca;
    }

    /** The certificate that clients need to trust. */
    public X509Certificate certificate() {
        return ca.certificate();
    }

    /** Where that certificate lies, as PEM. */
    public Path certificateFile() {
        return folder.resolve("ca.crt");
    }

    /**
     * The identity of the TLS listener. Kept until it is close to its end or the names have changed; then made anew.
     *
     * @param names host names and IP addresses; {@code localhost} and the loopback addresses are always among them
     */
    public Identity server(Set<String> names) throws IOException {
        Set<String> all = new TreeSet<>(names);
        all.addAll(List.of("localhost", "127.0.0.1", "::1"));
        try {
            Optional<Identity> kept = Identity.read(folder.resolve(SERVER_FILE));
            if (kept.isPresent() && isGood(kept.get().certificate(), all)) {
                return kept.get();
            }
            KeyPair pair = newKey(random);
            Identity made = new Identity(pair.getPrivate(), List.of(issue(pair, all), ca.certificate()));
            made.write(folder.resolve(SERVER_FILE));
            return made;
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("the certificate for " + all + " cannot be made", e);
        }
    }

    private boolean isGood(X509Certificate certificate, Set<String> names) throws GeneralSecurityException {
        boolean lasts = clock.instant()
                .plus(RENEW_BEFORE)
                .isBefore(certificate.getNotAfter().toInstant());
        boolean ours =
                certificate.getIssuerX500Principal().equals(ca.certificate().getSubjectX500Principal());
        return lasts && ours && SubjectNames.of(certificate).equals(SubjectNames.normal(names));
    }

    private X509Certificate issue(KeyPair pair, Set<String> names)
            throws GeneralSecurityException, OperatorCreationException, CertIOException {
        Instant now = clock.instant();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                CA_NAME,
                serial(random),
                Date.from(now.minus(BACKDATED)),
                Date.from(now.plus(SERVER_LIFETIME)),
                new X500Name("CN=Mangrove catalog"),
                pair.getPublic());
        JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(names.stream().map(SubjectNames::general).toArray(GeneralName[]::new)));
        builder.addExtension(
                Extension.authorityKeyIdentifier, false, extensions.createAuthorityKeyIdentifier(ca.certificate()));
        builder.addExtension(
                Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(pair.getPublic()));
        return signed(builder, new KeyPair(ca.certificate().getPublicKey(), ca.key()));
    }

    private static X509Certificate selfSigned(KeyPair pair, Instant now, SecureRandom random)
            throws GeneralSecurityException, OperatorCreationException, CertIOException {
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                CA_NAME,
                serial(random),
                Date.from(now.minus(BACKDATED)),
                Date.from(now.plus(CA_LIFETIME)),
                CA_NAME,
                pair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        builder.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
        return signed(builder, pair);
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, KeyPair by)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(by.getPrivate())));
    }

    private static KeyPair newKey(SecureRandom random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    private static BigInteger serial(SecureRandom random) {
        return new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS);
    }
}
