package dev.mangrove.distribution.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who counts as the same site. */
class WebOriginTest {
    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "https://registry-1.docker.io, https://auth.docker.io, true",
        "https://registry.gitlab.com, https://gitlab.com, true",
        "https://ghcr.io, https://ghcr.io, true",
        "https://host:5000, https://host:5001, true",
        "https://registry.example.com, http://auth.example.com, false",
        "https://registry.example.com, https://auth.example.org, false",
        "https://acme.azurecr.io, https://thief.azurecr.io, false",
        "https://acme.co.uk, https://thief.co.uk, false",
        "https://registry.acme.co.uk, https://auth.acme.co.uk, true",
        "http://127.0.0.1:5000, http://1.0.0.1:5000, false",
        "http://localhost:5000, http://127.0.0.1:5000, false",
        "http://registry, http://auth, false",
        "http://[::1]:5000, http://[::2]:5000, false",
    })
    void sitesAreToldApartByTheirNames(String registry, String service, boolean same) {
        assertEquals(same, WebOrigin.of(URI.create(registry)).isSameSite(WebOrigin.of(URI.create(service))));
    }

    @Test
    void theUsualPortIsImplied() {
        assertEquals(WebOrigin.of(URI.create("https://Host:443/v2/")), WebOrigin.of(URI.create("HTTPS://host")));
        assertEquals("host:5000", WebOrigin.of(URI.create("http://host:5000")).authority());
        assertEquals("host", WebOrigin.of(URI.create("http://host:80")).authority());
    }
}
