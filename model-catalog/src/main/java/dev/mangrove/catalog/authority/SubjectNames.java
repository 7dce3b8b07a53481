package dev.mangrove.catalog.authority;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.GeneralName;

/** The host names and addresses a certificate is for. */
final class SubjectNames {
    private static final Pattern ADDRESS =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private SubjectNames() {}

    static GeneralName general(String name) {
        int kind = ADDRESS.matcher(name).matches() ? GeneralName.iPAddress : GeneralName.dNSName;
        return new GeneralName(kind, name);
    }

    static Set<String> of(X509Certificate certificate) throws CertificateParsingException {
        Set<String> names = new TreeSet<>();
        Collection<List<?>> subjects = certificate.getSubjectAlternativeNames();
        if (subjects != null) {
            subjects.forEach(subject -> names.add(String.valueOf(subject.get(1))));
        }
        return normal(names);
    }

    /** IPv6 loopback has two usual forms, and host names compare without case. */
    static Set<String> normal(Set<String> names) {
        Set<String> normal = new TreeSet<>();
        names.forEach(name -> normal.add(name.equals("0:0:0:0:0:0:0:1") ? "::1" : name.toLowerCase(Locale.ROOT)));
        return normal;
    }
}
