package dev.mangrove.proxy.push;

import dev.mangrove.distribution.client.RegistryUrl;
import dev.mangrove.http.HttpCaller;

/** Where pushes of home names go: the address and a caller that trusts its certificate and knows no login. */
public record Parent(RegistryUrl url, HttpCaller http) {}
