package dev.mangrove.catalog.packaging;

import java.nio.file.Path;

/**
 * A file of a model.
 *
 * @param path where it belongs inside the model, with slashes
 * @param source where it is on this machine
 * @param executable whether its owner may run it; all other modes and all times are left out, so that the same bytes
 *     make the same artifact wherever and whenever they were written
 */
record ModelFile(String path, Path source, long sizeBytes, boolean executable, FileKind kind) {}
