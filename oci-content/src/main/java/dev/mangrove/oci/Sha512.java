package dev.mangrove.oci;

import java.util.HexFormat;

/** A sha512 digest. Rare, so kept as its text. */
public record Sha512(String hex) implements Digest {
    public Sha512 {
        if (hex.length() != 128) {
            throw new IllegalArgumentException("a sha512 has 128 hex digits, not " + hex.length());
        }
    }

    @Override
    public Algorithm algorithm() {
        return Algorithm.SHA512;
    }

    @Override
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return "sha512:" + hex;
    }
}
