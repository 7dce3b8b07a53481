package dev.mangrove.http;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** Whether two keys are a pair: files that are replaced one after the other are not, for a moment. */
final class KeyPairCheck {
    private static final byte[] TEXT = {'p', 'a', 'i', 'r'};

    private KeyPairCheck() {}

    /** False only if it is certain; kinds of keys that this JDK cannot sign with are left to the handshake. */
    static boolean belongs(PrivateKey secret, PublicKey open) {
        if (!secret.getAlgorithm().equals(open.getAlgorithm())) {
            return secret.getAlgorithm().startsWith("Ed") && open.getAlgorithm().startsWith("Ed");
        }
        String algorithm =
                switch (open.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> open.getAlgorithm();
                };
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(secret);
            signer.update(TEXT);
            byte[] signature = signer.sign();
            signer.initVerify(open);
            signer.update(TEXT);
            return signer.verify(signature);
        } catch (GeneralSecurityException e) {
            return !"EC".equals(open.getAlgorithm()) && !"RSA".equals(open.getAlgorithm());
        }
    }
}
