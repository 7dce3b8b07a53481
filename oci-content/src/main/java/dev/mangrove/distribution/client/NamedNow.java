package dev.mangrove.distribution.client;

import dev.mangrove.oci.Descriptor;

/**
 * What a registry says that a reference names now.
 *
 * @param warned whether it added a warning (distribution specification, "Warnings"): a node of ours that could not ask its
 *     own parent says so, and may know less than we do
 */
public record NamedNow(Descriptor descriptor, boolean warned) {}
